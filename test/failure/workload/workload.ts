import { type Client, type HazelcastJsonValue, type IMap } from 'hazelcast-client';
import { type PredictionRecord } from '@nearscore/records';
import { eventually } from '@nearscore/testkit';
import { type History } from '../history/history';
import { type FinalEntry, HistoryChecker } from '../history/history-checker';
import { type HistoryEvent, type HistoryFact, type SeenPrediction } from '../history/history-event';
import { type SeededRandom } from '../seeded-random';
import { expectedScore, fingerprintText, type ReadRecord, versionOf } from './example-rows';
import { RecordWriter, type WriterOptions } from './record-writer';
import { UnscoredRecords } from './unscored-records';

export interface WorkloadOptions extends WriterOptions {
  readonly stream: string;
}

const SAMPLE_MS = 250;
/** Far above what a write or a score takes on a busy machine, far below what a fault costs. */
export const LATE_MS = 1_000;
/** Listeners are best effort: what they do not tell for so long is asked for. */
const ASK_AFTER_MS = 500;
const ASK_AT_MOST = 500;
const KEYS_PER_CALL = 1_000;
const FINAL_TIMEOUT_MS = 90_000;
const PAUSE_TIMEOUT_MS = 60_000;

/** One stream under load: a writer, a listener of its predictions, and a checker over what both tell. */
export class Workload {
  readonly checker = new HistoryChecker(expectedScore);
  private readonly unscored = new UnscoredRecords();
  private readonly invokedAt = new Map<string, number>();
  private readonly writer: RecordWriter;
  private sampler: NodeJS.Timeout | undefined;
  private asking = false;
  private lateAt = 0;
  private longestMs = 0;
  private acknowledgedAt = 0;

  private constructor(
    readonly options: WorkloadOptions,
    private readonly history: History,
    private readonly records: IMap<string, ReadRecord>,
    private readonly predictions: IMap<string, PredictionRecord>,
    random: SeededRandom,
  ) {
    this.writer = new RecordWriter(
      (key, record) => put(records, key, record),
      options,
      random,
      (fact) => void this.tell(fact),
    );
    history.observe((event) => this.observe(event));
  }

  static async open(
    client: Client,
    history: History,
    random: SeededRandom,
    options: WorkloadOptions,
  ): Promise<Workload> {
    const records = await client.getMap<string, ReadRecord>(`features.${options.stream}`);
    const predictions = await client.getMap<string, PredictionRecord>(`predictions.${options.stream}`);
    const workload = new Workload(options, history, records, predictions, random);
    await workload.listen();
    return workload;
  }

  start(): void {
    this.writer.start();
    this.sampler ??= setInterval(() => void this.sample(), SAMPLE_MS);
  }

  /** Resolves when no write is under way; what is unscored goes on being watched. */
  pause(): Promise<void> {
    return this.writer.pause(PAUSE_TIMEOUT_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.sampler);
    await this.pause();
  }

  /** When (history time) a write or a score last took longer than LATE_MS; 0 = never. */
  get lastLateAt(): number {
    return this.lateAt;
  }

  /** The longest that a write or a score has taken since this was asked last; ms. */
  takeLongestMs(): number {
    const longestMs = this.longestMs;
    this.longestMs = 0;
    return longestMs;
  }

  /** Nothing is late, and writes are being acknowledged. */
  isFlowing(): boolean {
    const now = this.history.now();
    const late = this.unscored.oldestMs(now) > LATE_MS || this.writer.oldestInFlightMs() > LATE_MS;
    return !late && now - this.acknowledgedAt < LATE_MS;
  }

  /**
   * With no writes under way: waits until every acknowledged record has its prediction, and keeps what lies there in
   * the history. Throws with the keys that still miss theirs after a minute and a half.
   */
  async verify(): Promise<void> {
    const entries = await eventually(() => this.completeEntries(), { timeoutMs: FINAL_TIMEOUT_MS, everyMs: 250 });
    for (const entry of entries) this.tell({ type: 'final', ...entry });
  }

  /** What lies in the grid under all acknowledged keys. */
  async finalEntries(): Promise<FinalEntry[]> {
    const keys = this.checker.acknowledgedKeys();
    const records = await allOf(this.records, keys);
    const predictions = await allOf(this.predictions, keys);
    return keys.map((key) => {
      const [record, prediction] = [records.get(key), predictions.get(key)];
      return {
        key,
        version: record === undefined ? null : versionOf(record),
        prediction: prediction === undefined ? null : seen(prediction),
      };
    });
  }

  private async completeEntries(): Promise<FinalEntry[]> {
    const entries = await this.finalEntries();
    const missing = this.checker.missingOf(entries);
    if (missing.length > 0) throw new Error(`${missing.length} missing: ${missing.slice(0, 5).join('; ')}`);
    return entries;
  }

  private async listen(): Promise<void> {
    const told = ({ key, value }: { key: string; value: PredictionRecord | null }): void => {
      if (value) this.tell({ type: 'seen', key, ...seen(value) });
    };
    await this.predictions.addEntryListener({ added: told, updated: told }, undefined, true);
  }

  private tell(fact: HistoryFact): HistoryEvent {
    return this.history.add(fact, this.options.stream);
  }

  private observe(event: HistoryEvent): void {
    if (event.stream !== undefined && event.stream !== this.options.stream) return;
    this.checker.accept(event);
    if (event.type === 'write') this.invokedAt.set(event.key, event.at);
    else if (event.type === 'ok') this.acknowledged(event.key, event.version, event.at);
    else if (event.type === 'seen' || event.type === 'found') this.predicted(event.key, event.fingerprint, event.at);
    else if (event.type === 'emptied') this.unscored.clear();
  }

  private acknowledged(key: string, version: number, at: number): void {
    this.acknowledgedAt = at;
    this.took(at - (this.invokedAt.get(key) ?? at), at);
    this.unscored.acknowledged(key, version, at);
  }

  private predicted(key: string, fingerprint: string, at: number): void {
    const version = this.checker.versionOf(key, fingerprint);
    if (version === undefined) return;
    const waitedMs = this.unscored.predicted(key, version, at);
    if (waitedMs !== undefined) this.took(waitedMs, at);
  }

  private took(ms: number, at: number): void {
    this.longestMs = Math.max(this.longestMs, ms);
    if (ms > LATE_MS) this.lateAt = at;
  }

  private async sample(): Promise<void> {
    const now = this.history.now();
    this.tell({ type: 'unscored', records: this.unscored.size, oldestMs: Math.round(this.unscored.oldestMs(now)) });
    const keys = this.unscored.waiting(now, ASK_AFTER_MS).slice(0, ASK_AT_MOST);
    if (this.asking || keys.length === 0) return;
    this.asking = true;
    // Asked again in a moment: a grid in trouble may not answer.
    await this.ask(keys).catch(() => undefined);
    this.asking = false;
  }

  private async ask(keys: string[]): Promise<void> {
    for (const [key, prediction] of await this.predictions.getAll(keys)) {
      this.tell({ type: 'found', key, ...seen(prediction) });
    }
  }
}

function seen({ sourceSequence, fingerprint, score }: PredictionRecord): SeenPrediction {
  return { sequence: sourceSequence, fingerprint: fingerprintText(fingerprint), score };
}

async function allOf<V>(map: IMap<string, V>, keys: readonly string[]): Promise<Map<string, V>> {
  const found = new Map<string, V>();
  for (let at = 0; at < keys.length; at += KEYS_PER_CALL) {
    for (const [key, value] of await map.getAll(keys.slice(at, at + KEYS_PER_CALL))) found.set(key, value);
  }
  return found;
}

/** What is written as JSON is read as an object: the stock client has one type for both. */
function put(map: IMap<string, ReadRecord>, key: string, record: HazelcastJsonValue): Promise<void> {
  return (map as unknown as IMap<string, HazelcastJsonValue>).set(key, record);
}
