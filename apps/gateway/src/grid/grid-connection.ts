import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@nearscore/errors';
import { GridUnavailableError } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { type GridSession } from './grid-session';

const RETRY_DELAY_MS = 1_000;

/**
 * The gateway's grid session. It connects in the background, so that health is answered while the grid is still starting;
 * once connected, the client itself reconnects.
 */
export class GridConnection {
  private current: GridSession | undefined;
  private connecting: Promise<void> = Promise.resolve();
  private readonly closing = new AbortController();
  private readonly listeners: ((session: GridSession) => void)[] = [];

  constructor(
    private readonly open: () => Promise<GridSession>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.connecting = this.connect();
  }

  /** Throws GridUnavailableError until the first connection is there. */
  session(): GridSession {
    if (this.current === undefined) throw new GridUnavailableError('The gateway is not connected to the grid yet.');
    return this.current;
  }

  isConnected(): boolean {
    return this.current?.grid.isConnected() ?? false;
  }

  /** Calls once, when the session is there. */
  onOpened(listener: (session: GridSession) => void): void {
    if (this.current === undefined) this.listeners.push(listener);
    else listener(this.current);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.connecting;
    await this.current?.close();
  }

  private async connect(): Promise<void> {
    while (this.current === undefined && !this.closing.signal.aborted) await this.tryToConnect();
  }

  private async tryToConnect(): Promise<void> {
    try {
      await this.take(await this.open());
    } catch (error) {
      this.logger.warn({ reason: messageOf(error) }, 'the grid cannot be reached yet');
      await delay(RETRY_DELAY_MS, undefined, { signal: this.closing.signal }).catch(() => undefined);
    }
  }

  private async take(session: GridSession): Promise<void> {
    if (this.closing.signal.aborted) return session.close();
    this.current = session;
    this.logger.info({ members: session.grid.members().length }, 'connected to the grid');
    for (const listener of this.listeners.splice(0)) listener(session);
  }
}
