import { setMaxListeners } from 'node:events';
import { type UpSignals } from './up.command';

/** One Ctrl-C may arrive twice, from the terminal and handed on by npm; a person needs longer for a second one. */
const SAME_WISH_MS = 1_000;

/**
 * The first signal stops in order; the same one again, later than a second after, stops at once. Another signal
 * meanwhile changes nothing: npm, ending by the same Ctrl-C, brings a SIGTERM of its own.
 */
export class StopSignals {
  private readonly stop = new AbortController();
  private readonly kill = new AbortController();
  private readonly firstAt = new Map<NodeJS.Signals, number>();

  constructor(
    private readonly onStop: (signal: NodeJS.Signals) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    // Every request that is asked again and again listens to it until it is collected: a warning of a leak would be none.
    setMaxListeners(0, this.stop.signal);
  }

  get signals(): UpSignals {
    return { stop: this.stop.signal, kill: this.kill.signal };
  }

  receive(signal: NodeJS.Signals): void {
    const firstAt = this.firstAt.get(signal);
    if (firstAt === undefined) this.firstAt.set(signal, this.now());
    else if (this.now() - firstAt > SAME_WISH_MS) this.kill.abort();
    if (this.stop.signal.aborted) return;
    this.onStop(signal);
    this.stop.abort();
  }
}
