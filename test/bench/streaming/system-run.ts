import { setTimeout as delay } from 'node:timers/promises';
import { type Loader } from '../load/loader';
import { type LatencyAnswer, type WriteAnswer } from '../load/load-messages';
import { KEYS, RECORDS_PER_CALL } from '../load/record-pool';
import { meterRound } from '../machine/round-meter';
import { type BenchRow } from '../results/bench-row';
import { percentile } from '../results/statistics';
import { type BenchSystem } from '../systems/bench-system';
import { type LoadCase } from './load-case';

/** Until a round's last records are scored, when the system keeps up. */
const SETTLE_MS = 300;
const CATCH_UP_CHECKS = 60;
const CATCH_UP_EVERY_MS = 500;
/** Single writes before the first round of them: other code than that of bulk. */
const WARM_UP_SINGLES = 1 / 40;
const SCORE_TOLERANCE = 1e-5;

export type Subject = Pick<BenchRow, 'model' | 'records' | 'partitions' | 'growth'>;

/** The rounds of one system: what it is given, and what is read off it. */
export class SystemRun {
  constructor(
    readonly system: BenchSystem,
    private readonly loader: Loader,
    private readonly subject: Subject,
    /** Pids of the whole bench: their time is not a stranger's. */
    private readonly ours: () => readonly number[],
    /** As many as the loader writes. */
    private readonly keys = KEYS,
  ) {}

  /** Half of the records as fast as they go, and at least every key once, half at a rate; then some one by one. */
  async warmUp(records: number, ratePerSecond: number): Promise<void> {
    const since = Date.now();
    const rate = this.rateOf(ratePerSecond);
    const paced = Math.min(records / 2, rate * 10);
    await this.loader.ask({ type: 'flood', seconds: 0, records: Math.max(records - paced, this.keys) });
    await this.write(RECORDS_PER_CALL, rate, paced / rate);
    await this.write(1, 5_000, (records * WARM_UP_SINGLES) / 5_000);
    await this.catchUp(since, this.keys);
  }

  /** Throws when one of the first records has no prediction, or another than the model gives for it. */
  async verify(expected: Float32Array): Promise<void> {
    if (!this.isScored) return;
    const { scores } = await this.loader.ask({ type: 'scores', keys: expected.length });
    const wrong = expected.findIndex((score, key) => !(Math.abs((scores[key] ?? NaN) - score) <= SCORE_TOLERANCE));
    if (wrong < 0) return;
    throw new Error(`${this.system.name} scored key ${wrong} ${scores[wrong]}, but its model gives ${expected[wrong]}`);
  }

  measure(load: LoadCase, round: number, seconds: number): Promise<BenchRow | undefined> {
    switch (load.type) {
      case 'bulk':
        return this.rateRound('bulk', this.rateOf(load.ratePerSecond), round, seconds);
      case 'single':
        return this.rateRound('single', this.rateOf(load.ratePerSecond), round, seconds);
      case 'maximum':
        return this.maximumRound(round, seconds);
      case 'latency':
        return this.latencyRound(this.rateOf(load.ratePerSecond), round, seconds);
    }
  }

  private async rateRound(write: 'bulk' | 'single', ratePerSecond: number, round: number, seconds: number) {
    const since = Date.now();
    const meter = this.meter();
    const written = await this.write(write === 'bulk' ? RECORDS_PER_CALL : 1, ratePerSecond, seconds);
    await delay(SETTLE_MS);
    const figures = meter(written);
    const left = await this.catchUp(since, Math.min(this.keys, written.records));
    return { ...this.subject, ...this.row(round), write, ratePerSecond, ...figures, ...left };
  }

  private async maximumRound(round: number, seconds: number): Promise<BenchRow> {
    const meter = this.meter();
    const written = await this.loader.ask({ type: 'flood', seconds, records: 0 });
    const figures = meter(written);
    const maxPerSecond = figures.reachedPerSecond;
    const rates = { write: 'bulk', ratePerSecond: null, maxPerSecond } as const;
    return { ...this.subject, ...this.row(round), ...rates, ...figures, unscored: 0, lost: 0 };
  }

  /** undefined: nobody scores its records. */
  private async latencyRound(ratePerSecond: number, round: number, seconds: number): Promise<BenchRow | undefined> {
    if (!this.isScored) return undefined;
    const meter = this.meter();
    const answer = await this.loader.ask({ type: 'latency', ratePerSecond, seconds });
    const { latenciesMs, unseen } = answer;
    const figures = meter({ records: latenciesMs.length + unseen, seconds: answer.seconds });
    const row = { ...this.subject, ...this.row(round), write: 'single', ratePerSecond } as const;
    return { ...row, ...figures, latencyMs: percentilesOf(answer), unscored: unseen, lost: 0 };
  }

  private get isScored(): boolean {
    return this.system.name !== 'ingest-only';
  }

  private rateOf(ratePerSecond: number): number {
    return Math.min(ratePerSecond, this.system.maxRate ?? Infinity);
  }

  private row(round: number) {
    return { system: this.system.name, round, latencyMs: null, maxPerSecond: null } as const;
  }

  private write(recordsPerCall: number, ratePerSecond: number, seconds: number): Promise<WriteAnswer> {
    return this.loader.ask({ type: 'write', recordsPerCall, ratePerSecond, seconds });
  }

  private meter(): ReturnType<typeof meterRound> {
    const { processes, store } = this.system;
    return meterRound(processes, store, this.ours());
  }

  /** Waits until `keys` keys of the last write have a prediction made since then, or for as long as that may take. */
  private async catchUp(since: number, keys: number): Promise<Pick<BenchRow, 'unscored' | 'lost'>> {
    if (!this.isScored) return { unscored: 0, lost: 0 };
    const unscored = await this.unscored(since, keys);
    let lost = unscored;
    for (let checks = 1; lost > 0 && checks < CATCH_UP_CHECKS; checks++) {
      await delay(CATCH_UP_EVERY_MS);
      lost = await this.unscored(since, keys);
    }
    return { unscored, lost };
  }

  private async unscored(since: number, keys: number): Promise<number> {
    return (await this.loader.ask({ type: 'check', since, keys })).missing;
  }
}

function percentilesOf({ latenciesMs }: LatencyAnswer): { p50: number; p99: number; p999: number } {
  const at = (share: number): number => percentile(latenciesMs, share);
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}
