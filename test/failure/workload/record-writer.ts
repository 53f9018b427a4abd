import { type HazelcastJsonValue } from 'hazelcast-client';
import { eventually } from '@nearscore/testkit';
import { type HistoryFact, type WriteOutcome } from '../history/history-event';
import { type SeededRandom } from '../seeded-random';
import { fingerprintOfRecord, recordOf, ROWS } from './example-rows';

export interface WriterOptions {
  readonly recordsPerSecond: number;
  /** Distinct keys, rewritten again and again. */
  readonly keys: number;
}

const TICK_MS = 20;
/** A grid that does not answer shows as fewer writes, not as a queue. */
const MAX_IN_FLIGHT = 300;
/** Errors of the client that it gives before it has sent anything. */
const NEVER_SENT = new Set(['ClientOfflineError', 'ClientNotActiveError']);

/** Writes single records at a rate, never two of a key at once, and tells what became of each. */
export class RecordWriter {
  private readonly versions = new Map<string, number>();
  private readonly inFlight = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private due = 0;
  private lastTick = 0;

  constructor(
    private readonly put: (key: string, record: HazelcastJsonValue) => Promise<void>,
    private readonly options: WriterOptions,
    private readonly random: SeededRandom,
    private readonly tell: (fact: HistoryFact) => void,
  ) {}

  start(): void {
    if (this.timer) return;
    this.lastTick = performance.now();
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** Resolves when nothing is in flight any more. */
  async pause(timeoutMs: number): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await eventually(
      () => {
        if (this.inFlight.size > 0) throw new Error(`${this.inFlight.size} writes are still under way`);
      },
      { timeoutMs },
    );
  }

  /** ms that the oldest write has been under way; 0 = none is. */
  oldestInFlightMs(): number {
    let oldest = performance.now();
    for (const sentAt of this.inFlight.values()) oldest = Math.min(oldest, sentAt);
    return performance.now() - oldest;
  }

  private tick(): void {
    const now = performance.now();
    // After a stall it goes on at its rate, it does not catch up.
    const elapsed = Math.min(now - this.lastTick, 10 * TICK_MS);
    this.lastTick = now;
    this.due += (elapsed / 1000) * this.options.recordsPerSecond;
    for (; this.due >= 1; this.due--) this.writeOne();
  }

  private writeOne(): void {
    const key = `key-${this.random.below(this.options.keys)}`;
    const row = this.random.below(ROWS);
    if (this.inFlight.has(key) || this.inFlight.size >= MAX_IN_FLIGHT) return;
    const version = (this.versions.get(key) ?? 0) + 1;
    this.versions.set(key, version);
    const record = recordOf(key, version, row);
    this.inFlight.set(key, performance.now());
    this.tell({ type: 'write', key, version, row, fingerprint: fingerprintOfRecord(record) });
    void this.put(key, record).then(
      () => this.settled(key, { type: 'ok', key, version }),
      (error: Error) =>
        this.settled(key, { type: outcomeOf(error), key, version, error: `${error.name}: ${error.message}` }),
    );
  }

  private settled(key: string, fact: HistoryFact): void {
    this.inFlight.delete(key);
    this.tell(fact);
  }
}

function outcomeOf(error: Error): WriteOutcome {
  return NEVER_SENT.has(error.constructor.name) || NEVER_SENT.has(error.name) ? 'fail' : 'info';
}
