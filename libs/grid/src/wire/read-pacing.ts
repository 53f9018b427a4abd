import { type Socket } from 'node:net';

/** Above so many answers per ms, about 3,000 single records a second, a connection rests between two reads. */
const BUSY_ANSWERS_PER_MS = 6;
const REST_MS = 2;
/** What came before so long counts a third. */
const MEMORY_MS = 10;

/**
 * When a connection's socket is read. Under load each answer would wake the lane by itself, and cost a run, a write and a wake of the
 * member; like a network card that moderates its interrupts, a busy connection lets those of two milliseconds come
 * together. One that is not busy is read at once.
 */
export class ReadPacing {
  private held = false;
  private resting: NodeJS.Timeout | undefined;
  private answersPerMs = 0;
  private cameAt = -Infinity;

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
    const nowMs = this.now();
    this.answersPerMs = this.answersPerMs * Math.exp((this.cameAt - nowMs) / MEMORY_MS) + answers / MEMORY_MS;
    this.cameAt = nowMs;
    if (this.answersPerMs > BUSY_ANSWERS_PER_MS && !this.resting) this.rest();
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
