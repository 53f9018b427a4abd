import { isEnded, type StreamRollouts } from '@nearscore/registry';
import { type RolloutNode, RolloutNotFoundError } from '@nearscore/rollouts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStream } from '../feed/event-stream';
import { eventText } from '../feed/event-text';
import { TooManyListenersError } from '../feed/feed.errors';
import { EVENT_STREAM_HEADERS } from '../feed/listen.service';
import { beginEndlessAnswer } from '../http/endless-answer';
import { errorAnswer } from '../http/error-answer';
import { goneSignal } from '../http/gone-signal';
import { type RolloutCoordinator } from './rollout-coordinator';
import { type RolloutView, toRolloutView } from './rollout-view';

/** A listing may miss an entry while its partition moves; one that is missing for so many looks is gone. */
const LOOKS_WITHOUT = 5;

export interface ProgressLimits {
  readonly maxListeners: number;
  readonly maxListenerBytes: number;
  readonly listenerHeartbeatMs: number;
}

/** Rollouts as server-sent events: `progress` with each change, `end` when it has ended, and then no more. */
export class RolloutProgress {
  private readonly open = new Set<() => void>();

  constructor(
    private readonly coordinator: Pick<RolloutCoordinator, 'onLooked' | 'wake'>,
    private readonly limits: ProgressLimits,
  ) {}

  /** Nothing, when the listener has left while `first` was looked for. @param first as it is now. TooManyListenersError */
  follow(first: RolloutView, request: FastifyRequest, reply: FastifyReply): void {
    const { maxListeners, maxListenerBytes, listenerHeartbeatMs } = this.limits;
    const gone = goneSignal(reply);
    if (gone.aborted) return;
    if (this.open.size >= maxListeners) throw new TooManyListenersError(maxListeners);
    const stream = new EventStream(beginEndlessAnswer(request, reply, EVENT_STREAM_HEADERS), maxListenerBytes, () =>
      end(),
    );
    const follower = new Follower(first, stream, () => end());
    const forget = this.coordinator.onLooked((entries, nodes) => follower.look(entries, nodes));
    const heartbeat = setInterval(() => stream.send(': still there\n\n'), listenerHeartbeatMs);
    const end = (): void => {
      forget();
      clearInterval(heartbeat);
      this.open.delete(end);
      stream.end();
    };
    this.open.add(end);
    gone.addEventListener('abort', end);
    follower.show(first);
    this.coordinator.wake();
  }

  /** The gateway stops: who listens may come again to another one. */
  close(): void {
    for (const end of [...this.open]) end();
  }
}

/** One listener, and what it saw last. */
class Follower {
  private shown = '';
  private missing = 0;

  constructor(
    private readonly first: RolloutView,
    private readonly stream: EventStream,
    private readonly end: () => void,
  ) {}

  look(entries: readonly StreamRollouts[], nodes: readonly RolloutNode[]): void {
    const entry = entries.find(({ stream }) => stream === this.first.stream);
    const rollout = entry?.rollouts.find(({ id }) => id === this.first.id);
    this.missing = rollout ? 0 : this.missing + 1;
    if (rollout) return this.show(toRolloutView(rollout, nodes, Date.now()));
    if (this.missing < LOOKS_WITHOUT) return;
    this.sayEnd(errorAnswer(new RolloutNotFoundError(this.first.id), 'GET').body);
  }

  show(view: RolloutView): void {
    const text = eventText('progress', view);
    if (text !== this.shown) this.stream.send(text);
    this.shown = text;
    if (isEnded(view)) this.sayEnd(view);
  }

  private sayEnd(data: object): void {
    this.stream.send(eventText('end', data));
    this.end();
  }
}
