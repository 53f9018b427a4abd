import { type GridMap } from '@nearscore/grid';
import { type RecordToPut } from './record-to-put';

const MOST_AT_ONCE = 1_000;

interface Waiting {
  readonly record: RecordToPut;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Writes to one map in the order in which it was asked to. What came in the same turn of the event loop, and while the write
 * before was on its way, is written at once.
 */
export class PutQueue {
  private waiting: Waiting[] = [];
  private running = false;

  constructor(private readonly map: Pick<GridMap<unknown>, 'setAll' | 'delete'>) {}

  /** Rejects with what the grid said of the write that the record was in: others of that write may be done. */
  put(record: RecordToPut): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ record, done, failed });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) await this.write(this.takeAlike());
    this.running = false;
  }

  /** Successive puts, or successive removals: so the order of a key's changes is kept. */
  private takeAlike(): Waiting[] {
    const isRemoval = ({ record }: Waiting): boolean => record.value === null;
    const [first] = this.waiting;
    const other = this.waiting.findIndex((one) => first !== undefined && isRemoval(one) !== isRemoval(first));
    return this.waiting.splice(0, Math.min(MOST_AT_ONCE, other < 0 ? this.waiting.length : other));
  }

  private async write(batch: readonly Waiting[]): Promise<void> {
    try {
      if (batch[0]?.record.value === null) await Promise.all(batch.map(({ record }) => this.map.delete(record.key)));
      else await this.map.setAll(batch.map(({ record }) => [record.key, record.value] as const));
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }
}
