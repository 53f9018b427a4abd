import { type GatewayLimits } from '@nearscore/config';
import type { FastifyRequest } from 'fastify';
import { BodyMalformedError, GatewayStoppingError } from '../http/http.errors';
import { type Lifecycle } from '../lifecycle';
import { type BulkSlots } from './bulk-slots';

export interface LongRequestParts {
  readonly limits: Pick<GatewayLimits, 'requestTimeoutMs'>;
  readonly slots: BulkSlots;
  readonly lifecycle: Pick<Lifecycle, 'stopSignal'>;
}

/** A request that may take hours: the slot that it holds, and what may end it early. */
export class LongRequest {
  /** Aborted when the client is gone, when the gateway stops, and when the request is over. */
  readonly ending = new AbortController();
  private readonly ends: (() => void)[] = [];

  /** TooManyBulkRequestsError when no slot is free. */
  constructor({ raw: { socket } }: FastifyRequest, { limits, slots, lifecycle: { stopSignal } }: LongRequestParts) {
    const release = slots.take();
    const gone = (): void => this.ending.abort(new BodyMalformedError('The client is gone.'));
    const stopping = (): void => this.ending.abort(new GatewayStoppingError());
    // Nothing moves on it while an import waits for its stream: those who read and write watch their own times.
    socket.setTimeout(0);
    socket.once('close', gone);
    stopSignal.addEventListener('abort', stopping, { once: true });
    this.ends.push(
      release,
      () => socket.off('close', gone),
      () => stopSignal.removeEventListener('abort', stopping),
      () => socket.setTimeout(limits.requestTimeoutMs),
    );
  }

  over(): void {
    this.ending.abort();
    for (const end of this.ends.splice(0)) end();
  }
}
