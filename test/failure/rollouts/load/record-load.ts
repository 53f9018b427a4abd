import { type Client, type IMap } from 'hazelcast-client';
import { eventually } from '@nearscore/testkit';
import { type RolloutFact } from '../history/rollout-fact';
import { ROWS } from '../models/version-answers';
import { RecordBytesSource, type SerializedValue } from './record-bytes';

export interface LoadOptions {
  readonly stream: string;
  /** Written many per call. */
  readonly recordsPerSecond: number;
  readonly keys: number;
  /** Written one per call, each timed: see PROBE_PREFIX. */
  readonly probesPerSecond: number;
}

/** Keys whose writes are timed until their prediction is seen. */
export const PROBE_PREFIX = 'probe-';
const PROBE_KEYS = 1_000;
const TICK_MS = 5;
const RECORDS_PER_CALL = 200;
/** A grid that does not answer shows as fewer writes, not as a queue. */
const MAX_OPEN_CALLS = 32;
const PAUSE_TIMEOUT_MS = 60_000;

type Entry = [key: string, value: SerializedValue];
interface Write {
  readonly key: string;
  readonly fingerprint: bigint;
}

/** Writes example rows at a rate, every key again and again but never twice at once. A key has the same row for ever. */
export class RecordLoad {
  private timer: NodeJS.Timeout | undefined;
  private lastTick = 0;
  private readonly due = { records: 0, probes: 0 };
  private readonly next = { record: 0, probe: 0 };
  private readonly openProbes = new Set<string>();
  private openCalls = 0;

  private constructor(
    private readonly options: LoadOptions,
    private readonly records: IMap<string, SerializedValue>,
    private readonly bytes: RecordBytesSource,
    private readonly tell: (fact: RolloutFact) => void,
  ) {
    if (options.keys < RECORDS_PER_CALL * (MAX_OPEN_CALLS + 1)) throw new Error('a key would be written twice at once');
  }

  static async open(client: Client, options: LoadOptions, tell: (fact: RolloutFact) => void): Promise<RecordLoad> {
    const records = await client.getMap<string, SerializedValue>(`features.${options.stream}`);
    return new RecordLoad(options, records, await RecordBytesSource.open(client), tell);
  }

  start(): void {
    if (this.timer) return;
    this.lastTick = performance.now();
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** Resolves when nothing is in flight any more. */
  async pause(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await eventually(
      () => {
        if (this.openCalls > 0) throw new Error(`${this.openCalls} writes are still under way`);
      },
      { timeoutMs: PAUSE_TIMEOUT_MS },
    );
  }

  private tick(): void {
    const now = performance.now();
    // After a stall it goes on at its rate, it does not catch up.
    const seconds = Math.min(now - this.lastTick, 20 * TICK_MS) / 1000;
    this.lastTick = now;
    this.due.records += seconds * this.options.recordsPerSecond;
    this.due.probes += seconds * this.options.probesPerSecond;
    for (; this.due.records >= RECORDS_PER_CALL; this.due.records -= RECORDS_PER_CALL) this.writeMany();
    for (; this.due.probes >= 1; this.due.probes--) this.writeProbe();
  }

  private writeMany(): void {
    if (this.openCalls >= MAX_OPEN_CALLS) return;
    const entries: Entry[] = [];
    const writes: Write[] = [];
    for (let count = 0; count < RECORDS_PER_CALL; count++) {
      const index = this.next.record++ % this.options.keys;
      this.write(`record-${index}`, index % ROWS, entries, writes);
    }
    this.settle(this.records.setAll(entries), writes);
  }

  private writeProbe(): void {
    const index = this.next.probe++ % PROBE_KEYS;
    const key = `${PROBE_PREFIX}${index}`;
    if (this.openProbes.has(key)) return;
    const entries: Entry[] = [];
    const writes: Write[] = [];
    this.write(key, index % ROWS, entries, writes);
    const [, value] = entries[0] as Entry;
    this.openProbes.add(key);
    this.settle(
      this.records.set(key, value).finally(() => this.openProbes.delete(key)),
      writes,
    );
  }

  private write(key: string, row: number, entries: Entry[], writes: Write[]): void {
    const { value, fingerprint } = this.bytes.next(row);
    entries.push([key, value]);
    writes.push({ key, fingerprint });
    this.tell({ type: 'write', key, row, fingerprint });
  }

  private settle(call: Promise<void>, writes: readonly Write[]): void {
    this.openCalls++;
    void call
      .then(
        () => 'ok' as const,
        () => 'info' as const,
      )
      .then((type) => {
        this.openCalls--;
        for (const write of writes) this.tell({ type, ...write });
      });
  }
}
