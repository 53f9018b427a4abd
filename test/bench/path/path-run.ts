import { setTimeout as delay } from 'node:timers/promises';
import { type BenchCluster } from '../cluster/bench-cluster';
import { type Loader } from '../load/loader';
import { CpuMeter } from '../machine/cpu-meter';
import { rssMiBOf } from '../machine/process-cpu';
import { type BenchRow, type SystemName } from '../results/bench-row';
import { percentile } from '../results/statistics';

export interface RunOptions {
  readonly ratePerSecond: number;
  readonly latencyRates: readonly number[];
  readonly rounds: number;
  readonly secondsPerRound: number;
  /** Records that each system gets before a figure counts. */
  readonly warmUpRecords: number;
}

export const STREAM = 'bench';
const SYSTEMS: readonly SystemName[] = ['ingest-only', 'nearscore'];
/** The same settings, but no deployment: nobody reads the journal of the first. */
const RECORD_MAP: Record<SystemName, string> = { 'ingest-only': 'features.ingest', nearscore: `features.${STREAM}` };
const PREDICTION_MAP = `predictions.${STREAM}`;
/** Until a round's last records are scored, when the system keeps up. */
const SETTLE_MS = 300;
const CATCH_UP_CHECKS = 60;
const CATCH_UP_EVERY_MS = 500;

interface Written {
  readonly records: number;
  readonly seconds: number;
}

/** Rounds of one subject: plain writing and writing with scoring take turns, then single puts at each latency rate. */
export class PathRun {
  constructor(
    private readonly cluster: BenchCluster,
    private readonly loader: Loader,
    private readonly subject: Pick<BenchRow, 'model' | 'records' | 'partitions'>,
    private readonly options: RunOptions,
  ) {}

  async warmUp(): Promise<void> {
    const since = Date.now();
    const seconds = this.options.warmUpRecords / this.options.ratePerSecond;
    for (const system of SYSTEMS) await this.write(system, seconds);
    await this.catchUp(since);
  }

  async *rounds(): AsyncGenerator<BenchRow> {
    const rounds = Array.from({ length: this.options.rounds }, (_, index) => index + 1);
    for (const round of rounds) for (const system of SYSTEMS) yield await this.costRound(system, round);
    for (const round of rounds) {
      for (const rate of this.options.latencyRates) yield await this.latencyRound(rate, round);
    }
  }

  private async costRound(system: SystemName, round: number): Promise<BenchRow> {
    const { ratePerSecond, secondsPerRound } = this.options;
    const meter = this.meter(system);
    const since = Date.now();
    const written = await this.write(system, secondsPerRound);
    await delay(SETTLE_MS);
    const figures = this.figuresOf(meter, written);
    const unscored = system === 'nearscore' ? await this.catchUp(since) : 0;
    return { ...this.subject, system, round, write: 'bulk', ratePerSecond, ...figures, unscored };
  }

  private async latencyRound(ratePerSecond: number, round: number): Promise<BenchRow> {
    const maps = { recordMap: RECORD_MAP.nearscore, predictionMap: PREDICTION_MAP };
    const meter = this.meter('nearscore');
    const { latenciesMs, unseen, seconds } = await this.loader.ask({
      ...{ type: 'latency', ratePerSecond, seconds: this.options.secondsPerRound },
      ...maps,
    });
    const figures = this.figuresOf(meter, { records: latenciesMs.length + unseen, seconds });
    const latencyMs = percentilesOf(latenciesMs);
    const row = { ...this.subject, system: 'nearscore', round, write: 'single', ratePerSecond } as const;
    return { ...row, ...figures, latencyMs, unscored: unseen };
  }

  private write(system: SystemName, seconds: number): Promise<Written> {
    const { ratePerSecond } = this.options;
    return this.loader.ask({ type: 'write', map: RECORD_MAP[system], ratePerSecond, seconds });
  }

  /** The node idles while nobody writes to its stream; what it costs then is no cost of plain writing. */
  private meter(system: SystemName): CpuMeter {
    const { member, node } = this.cluster;
    const ours = [process.pid, this.loader.pid];
    if (system === 'ingest-only') return new CpuMeter({ member: member.pid }, [...ours, node.pid]);
    return new CpuMeter({ member: member.pid, node: node.pid }, ours);
  }

  private figuresOf(meter: CpuMeter, { records, seconds }: Written) {
    const { micros, othersCores } = meter.read();
    const { member, node } = this.cluster;
    const perRecord = Object.entries(micros).map(([name, used]) => [name, used / records] as const);
    const total = perRecord.reduce((sum, [, used]) => sum + used, 0);
    return {
      reachedPerSecond: records / seconds,
      cpuMicrosPerRecord: { total, ...Object.fromEntries(perRecord) },
      rssMiB: rssMiBOf(member.pid) + rssMiBOf(node.pid),
      othersCores,
    };
  }

  /** Waits until every key has a prediction made since then. Returns how many had none at first. */
  private async catchUp(since: number): Promise<number> {
    const check = async (): Promise<number> =>
      (await this.loader.ask({ type: 'check', map: PREDICTION_MAP, since })).missing;
    const atFirst = await check();
    let missing = atFirst;
    for (let checks = 1; missing > 0 && checks < CATCH_UP_CHECKS; checks++) {
      await delay(CATCH_UP_EVERY_MS);
      missing = await check();
    }
    if (missing > 0) throw new Error(`${missing} keys were never scored: no figure is worth anything`);
    return atFirst;
  }
}

function percentilesOf(ascending: readonly number[]): { p50: number; p99: number; p999: number } {
  return { p50: percentile(ascending, 0.5), p99: percentile(ascending, 0.99), p999: percentile(ascending, 0.999) };
}
