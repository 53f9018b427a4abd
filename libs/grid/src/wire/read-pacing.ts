import { type Socket } from 'node:net';
import { DecayingRate } from '../journal/decaying-rate';

/** Above so many answers per ms, about 3,000 single records a second, a connection rests between two reads. */
const BUSY_ANSWERS_PER_MS = 6;
const REST_MS = 2;
const MEMORY_MS = 10;

/**
 * When a connection's socket is read. Under load each answer would wake the lane by itself, and cost a run, a write and a wake of the
 * member; like a network card that moderates its interrupts, a busy connection lets those of two milliseconds come
 * together. One that is not busy is read at once.
 */
export class ReadPacing {
  private held = false;
  private resting: NodeJS.Timeout | undefined;
  private readonly load = new DecayingRate(MEMORY_MS);

  constructor(
    private readonly socket: Pick<Socket, 'pause' | 'resume'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Nothing is read until what is here was taken. */
  get isHeld(): boolean {
    return this.held;
  }

  hold(): void {
    this.held = true;
    this.socket.pause();
  }

  taken(): void {
    if (!this.held) return;
    this.held = false;
    if (!this.resting) this.socket.resume();
  }

  /** So many answers came with one read. */
  came(answers: number): void {
    const answersPerMs = this.load.add(answers, this.now());
    if (answersPerMs > BUSY_ANSWERS_PER_MS && !this.resting) this.rest();
  }

  end(): void {
    clearTimeout(this.resting);
  }

  private rest(): void {
    this.socket.pause();
    this.resting = setTimeout(() => {
      this.resting = undefined;
      if (!this.held) this.socket.resume();
    }, REST_MS);
  }
}
