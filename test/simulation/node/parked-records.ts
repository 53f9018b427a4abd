import { type RecordToPark } from '@nearscore/grid';
import { type World } from '../engine/world';
import { type Write, type WriteHistory } from '../grid/writes';

/** The entries of nearscore.parked: the latest parked record of each key. */
export class ParkedRecords {
  count = 0;
  private readonly latest = new Map<string, Write>();

  constructor(
    private readonly world: World,
    private readonly history: WriteHistory,
    private readonly streams: readonly string[],
  ) {}

  park({ stream, partition, key, failure }: RecordToPark): void {
    const name = key.toString('latin1');
    const write = this.history.byValue(failure.message);
    this.world.note('parked', partition, name, failure.message);
    if (!write || write.key !== name || write.stream !== this.streams.indexOf(stream)) {
      return this.world.violated('own record', `${name} was parked for ${failure.message}`, [partition, name]);
    }
    this.count++;
    const before = this.latest.get(idOf(write));
    if (!before || before.lost || before.applied < write.applied) this.latest.set(idOf(write), write);
  }

  /** Whether the record, or a later one of its key, is parked. */
  covers(write: Write): boolean {
    const parked = this.latest.get(idOf(write));
    return parked !== undefined && !parked.lost && parked.applied >= write.applied;
  }

  clear(): void {
    this.latest.clear();
  }
}

function idOf({ stream, key }: Write): string {
  return `${stream}/${key}`;
}
