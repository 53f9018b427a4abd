import { type FollowerClock } from '@nearscore/grid';
import { type World } from './world';

const EPOCH_MS = 1_700_000_000_000;

interface Held {
  readonly timer: boolean;
  readonly run: () => void;
}

/**
 * A thread of a process, with clocks of its own. While it is paused (SIGSTOP, or a loop that does not end) no callback and no
 * answer reaches it, and time goes on.
 */
export class SimThread implements FollowerClock {
  alive = true;
  private pausedUntil = 0;
  private deafUntil = 0;
  private held: Held[] = [];
  /** So many that were held are to run now, one after the other. */
  private rising = 0;
  private epochOffset = 0;
  private readonly offset: number;

  /** @param rate of its monotonic clock: 1.02 is 2 % fast */
  constructor(
    private readonly world: World,
    readonly name: string,
    readonly rate: number,
  ) {
    this.offset = world.random.between(0, 1e6);
  }

  /** True time at which what it does now happens: that of its waking, when it was paused while it ran. */
  get time(): number {
    return Math.max(this.world.now, this.pausedUntil);
  }

  /** True time until which it was stopped, or did not hear a member and could not know. */
  get unawareUntil(): number {
    return Math.max(this.pausedUntil, this.deafUntil);
  }

  /** Answers of a member do not reach it. */
  deafen(ms: number): void {
    this.deafUntil = Math.max(this.deafUntil, this.world.now + ms);
  }

  get isPaused(): boolean {
    return this.world.now < this.pausedUntil;
  }

  now(): number {
    return this.offset + this.time * this.rate;
  }

  epochMs(): number {
    return Math.round(EPOCH_MS + this.time + this.epochOffset);
  }

  jumpEpoch(ms: number): void {
    this.epochOffset += ms;
  }

  after(delayMs: number, callback: () => void): () => void {
    let cancelled = false;
    const run = (): void => {
      if (!cancelled) callback();
    };
    this.world.at(this.time + delayMs / this.rate, () => this.take(run, true));
    return () => (cancelled = true);
  }

  /** Something reaches the thread from outside. */
  run(callback: () => void): void {
    this.take(callback, false);
  }

  /** From now on, or when what runs now is through. */
  pause(ms: number): void {
    const until = this.world.now + ms;
    if (until <= this.pausedUntil) return;
    this.pausedUntil = until;
    this.world.at(until, () => this.wake());
  }

  kill(): void {
    this.alive = false;
    this.held = [];
  }

  private take(run: () => void, timer: boolean): void {
    if (!this.alive) return;
    if (this.isPaused) this.held.push({ timer, run });
    // Nothing overtakes what has come during the pause.
    else if (this.rising > 0) this.rise({ timer, run });
    else run();
  }

  private rise(held: Held): void {
    this.rising++;
    this.world.after(0, () => {
      this.rising--;
      if (!this.alive) return;
      if (this.isPaused) this.held.push(held);
      else held.run();
    });
  }

  /** Whether timers or sockets come first after a pause is chance, their own order is not. */
  private wake(): void {
    if (this.isPaused) return;
    const held = this.held.splice(0);
    const timersFirst = this.world.random.chance(0.5);
    const first = held.filter(({ timer }) => timer === timersFirst);
    const second = held.filter(({ timer }) => timer !== timersFirst);
    for (const one of [...first, ...second]) this.rise(one);
  }
}
