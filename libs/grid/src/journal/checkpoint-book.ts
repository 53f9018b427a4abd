import { type FollowerClock } from './follower-clock';
import { type FollowerGrid } from './partition-channel';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.codec';

const LOAD_RETRY_MS = 200;

interface PartitionPage {
  /** Undefined until loaded. */
  positions: Map<string, number> | undefined;
  waiting: ((positions: ReadonlyMap<string, number>) => void)[];
  dirty: boolean;
  saving: boolean;
}

/**
 * The checkpoints of a lane's partitions: one entry per partition for all streams, loaded once, written back at most
 * once per interval and partition. An entry only ever names sequences whose predictions are stored.
 */
export class CheckpointBook {
  written = 0;
  private readonly pages = new Map<number, PartitionPage>();
  private cancelTick: () => void;
  private saved: (() => void) | undefined;
  private stopping = false;
  private savesInFlight = 0;

  constructor(
    private readonly grid: FollowerGrid,
    private readonly clock: FollowerClock,
    private readonly intervalMs: number,
    /** Told of an entry that cannot be read; the partition is then followed as one without a checkpoint. */
    private readonly onUnreadable: (partition: number, error: unknown) => void,
  ) {
    this.cancelTick = clock.after(intervalMs, () => this.tick());
  }

  load(partition: number, done: (positions: ReadonlyMap<string, number>) => void): void {
    let page = this.pages.get(partition);
    if (page?.positions) return done(page.positions);
    if (!page) {
      page = { positions: undefined, waiting: [], dirty: false, saving: false };
      this.pages.set(partition, page);
      this.fetch(partition, page);
    }
    page.waiting.push(done);
  }

  move(partition: number, stream: string, position: number): void {
    const page = this.pages.get(partition);
    if (!page?.positions) return;
    page.positions.set(stream, position);
    page.dirty = true;
  }

  /** Nobody follows the partition any more: its last checkpoint is written now. */
  close(partition: number): void {
    const page = this.pages.get(partition);
    if (!page) return;
    this.pages.delete(partition);
    if (page.dirty) this.save(partition, page);
    this.grid.flush();
  }

  /** Resolves when every checkpoint is written, or was tried once. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.cancelTick();
    for (const partition of [...this.pages.keys()]) this.close(partition);
    if (this.savesInFlight > 0) await new Promise<void>((resolve) => (this.saved = resolve));
  }

  private fetch(partition: number, page: PartitionPage): void {
    this.grid.loadCheckpoint(partition, (error, value) => {
      if (this.pages.get(partition) !== page) return;
      if (error) {
        this.clock.after(LOAD_RETRY_MS, () => {
          if (this.pages.get(partition) !== page) return;
          this.fetch(partition, page);
          this.grid.flush();
        });
        return;
      }
      page.positions = this.decode(partition, value);
      const waiting = page.waiting.splice(0);
      for (const done of waiting) done(page.positions);
    });
  }

  private decode(partition: number, value: Buffer | null): Map<string, number> {
    try {
      return value ? decodeCheckpoint(value) : new Map();
    } catch (error) {
      this.onUnreadable(partition, error);
      return new Map();
    }
  }

  private tick(): void {
    for (const [partition, page] of this.pages) if (page.dirty && !page.saving) this.save(partition, page);
    this.grid.flush();
    if (!this.stopping) this.cancelTick = this.clock.after(this.intervalMs, () => this.tick());
  }

  private save(partition: number, page: PartitionPage): void {
    page.dirty = false;
    page.saving = true;
    this.savesInFlight++;
    const value = encodeCheckpoint(page.positions ?? new Map(), this.clock.epochMs());
    this.grid.saveCheckpoint(partition, value, (error) => {
      page.saving = false;
      if (error) page.dirty = true;
      else this.written++;
      if (--this.savesInFlight === 0) this.saved?.();
    });
  }
}
