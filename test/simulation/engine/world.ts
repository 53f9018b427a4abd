import { EventQueue, type ScheduledEvent } from './event-queue';
import { SimRandom } from './random';
import { type Trace, type TraceDetail } from './trace';

/** A promise that was broken; the first one ends the run. */
export interface Violation {
  readonly promise: string;
  readonly message: string;
  /** What the explaining lines of the trace have in common. */
  readonly about: readonly TraceDetail[];
}

/** Microtasks are drained by so many turns: the longest chain of the code under test is shorter, and one that is not goes on later. */
const TURNS = 4;
const SETTLED = Promise.resolve();

/** Virtual time, chance, and what happened. */
export class World {
  now = 0;
  steps = 0;
  violation: Violation | undefined;
  readonly random: SimRandom;
  private readonly queue = new EventQueue();

  constructor(
    readonly seed: number,
    readonly trace: Trace,
  ) {
    this.random = new SimRandom(Math.imul(seed + 1, 0x9e3779b1));
  }

  at(time: number, run: () => void): ScheduledEvent {
    return this.queue.push(Math.max(time, this.now), run);
  }

  after(delayMs: number, run: () => void): ScheduledEvent {
    return this.queue.push(this.now + Math.max(delayMs, 0), run);
  }

  note(what: string, ...details: TraceDetail[]): void {
    this.trace.note(this.now, what, ...details);
  }

  violated(promise: string, message: string, about: readonly TraceDetail[] = []): void {
    if (this.violation) return;
    this.note('VIOLATED', promise, message);
    this.violation = { promise, message, about };
  }

  /** Lets everything happen up to that time, or up to the first violation. */
  async runUntil(time: number): Promise<void> {
    this.at(time, () => undefined);
    while (!this.violation && this.now < time) {
      const event = this.queue.pop();
      if (!event) return;
      if (event.cancelled) continue;
      this.now = event.at;
      this.steps++;
      this.runEvent(event);
      for (let turn = 0; turn < TURNS; turn++) await SETTLED;
    }
  }

  private runEvent(event: ScheduledEvent): void {
    try {
      event.run();
    } catch (error) {
      this.violated('no crash', error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }
}
