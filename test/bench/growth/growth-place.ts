import { setTimeout as delay } from 'node:timers/promises';
import { expectedScores } from '../load/expected-scores';
import { Loader } from '../load/loader';
import { POOL_ROWS, RECORDS_PER_CALL } from '../load/record-pool';
import { type BenchRow } from '../results/bench-row';
import { SystemRun, type Subject } from '../streaming/system-run';
import { peerModel } from '../systems/model-deployment';
import { type StageProcesses } from '../systems/stage-processes';
import { type GrowthCase } from './growth-case';
import { type GridOptions, type GrowthGrid, startGrowthGrid } from './growth-grid';
import { ListenerCrowd } from './listener-crowd';

/** Until the last events are with the listeners. */
const LAST_EVENT_MS = 2_000;

/** What a place is warmed up with. */
export interface WarmUp {
  readonly records: number;
  /** Records/s; the axis's own rate may be too low to make a JVM compile. */
  readonly ratePerSecond: number;
  readonly secondsPerRound: number;
}

/** One value of an axis: its grid, its loader, its listeners. */
export class GrowthPlace {
  private crowd: ListenerCrowd | undefined;

  private constructor(
    private readonly wanted: GrowthCase,
    private readonly grid: GrowthGrid,
    private readonly loader: Loader,
    private readonly run: SystemRun,
    private readonly options: GridOptions,
  ) {}

  /** @param subject what its rows say of it */
  static async start(
    processes: StageProcesses,
    wanted: GrowthCase,
    subject: Subject,
    options: GridOptions,
  ): Promise<GrowthPlace> {
    const grid = await startGrowthGrid(processes, wanted, options);
    const loader = await Loader.start({ target: grid.system.target, records: 'floats', pool: grid.pool });
    processes.adopt(loader);
    // Those of the axis's other places, too: they are started later, or idle.
    const ours = (): number[] => [process.pid, ...processes.pids];
    return new GrowthPlace(
      wanted,
      grid,
      loader,
      new SystemRun(grid.system, loader, subject, ours, wanted.keys),
      options,
    );
  }

  get name(): string {
    return this.options.name;
  }

  /** Every key is there and scored as the model says; listeners follow. */
  async warmUp({ records, ratePerSecond, secondsPerRound }: WarmUp): Promise<void> {
    const { model } = this.options;
    await this.run.warmUp(records, ratePerSecond);
    const rows = Math.min(this.wanted.keys, POOL_ROWS);
    await this.run.verify(await expectedScores(await peerModel(model.name, model.folder), rows));
    if (this.grid.predictionsUrl === undefined) return;
    // Only now: they are not meant to be told as fast as a grid scores.
    this.crowd = await ListenerCrowd.open(this.grid.predictionsUrl, this.wanted.listeners ?? 0);
    await this.measure(0, secondsPerRound);
  }

  /** As `unscored` it counts, too, the predictions that a listener was not told of: the most that one missed. */
  async measure(round: number, seconds: number): Promise<BenchRow> {
    const { ratePerSecond } = this.wanted;
    const before = this.crowd?.told ?? [];
    const row = await this.run.measure({ type: 'bulk', ratePerSecond }, round, seconds);
    if (!row) throw new Error('A round of bulk has figures');
    const written = Math.round((ratePerSecond / RECORDS_PER_CALL) * seconds) * RECORDS_PER_CALL;
    return { ...row, unscored: row.unscored + (await this.untold(before, written)) };
  }

  stop(): void {
    this.crowd?.close();
    this.loader.stop();
  }

  private async untold(before: readonly number[], written: number): Promise<number> {
    const missing = (): number =>
      Math.max(0, ...(this.crowd?.told ?? []).map((told, listener) => written - (told - (before[listener] ?? 0))));
    for (let waited = 0; missing() > 0 && waited < LAST_EVENT_MS; waited += 50) await delay(50);
    return missing();
  }
}
