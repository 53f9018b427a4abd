import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@nearscore/errors';
import { rssMiBOf } from '../../../bench/machine/process-cpu';
import { type Latencies, latenciesOf, type Span, touches } from '../load/latencies';
import { type RolloutStage } from '../stage/rollout-stage';
import { cpuTimesOf, CpuUse } from './cpu-use';

export interface SwapOptions {
  readonly count: number;
  /** Before any counts: until then members compile what swaps need, and heaps grow to what they need under this load. */
  readonly warmUp: number;
  readonly print: (line: string) => void;
}

/** One swap: history ms, from the request until its rollout was seen to have ended. */
interface Swap extends Span {
  readonly rssMiB: readonly number[];
}

/** Mean use by kind of process, in processors. */
interface Processors {
  readonly during: CpuUse;
  readonly without: CpuUse;
}

export interface SwapSummary {
  readonly swaps: number;
  readonly completed: number;
  readonly recordsPerSecond: number;
  readonly acknowledged: number;
  readonly predictions: number;
  /** Predictions that the version before would have made otherwise. */
  readonly toldApart: number;
  readonly unknown: number;
  /** What was unscored in the end, or wrong at any moment; null: nothing. */
  readonly problem: string | null;
  /** From the request until all nodes had settled, ms. */
  readonly swapMs: Latencies;
  /** Write → prediction of the timed records, ms. */
  readonly during: Latencies;
  readonly without: Latencies;
  readonly processorsDuring: Readonly<Record<string, number>>;
  readonly processorsWithout: Readonly<Record<string, number>>;
  /** Of the nodes, MiB each: mean over the first and the last quarter of the swaps. */
  readonly rssFirst: readonly number[];
  readonly rssLast: readonly number[];
}

const SHORTEST_REST_MS = 300;
const PRINT_EVERY = 20;

/** All-at-once swaps in a row between breast-cancer 1, 2 and 3 under load, with a rest after each that lasts as long as it. */
export async function runSwaps(stage: RolloutStage, { count, warmUp, print }: SwapOptions): Promise<SwapSummary> {
  for (let swaps = 0; swaps < warmUp; swaps++) await swap(stage, versionOf(swaps), processorsUnused());
  print(`  ${warmUp} swaps before any counts`);
  const began = { at: stage.history.now(), ...stage.checker.counts };
  const swaps: Swap[] = [];
  const processors = processorsUnused();
  while (swaps.length < count) {
    swaps.push(await swap(stage, versionOf(warmUp + swaps.length), processors));
    if (swaps.length % PRINT_EVERY === 0) print(progress(stage, swaps));
  }
  const seconds = (stage.history.now() - began.at) / 1000;
  const reached = (stage.checker.counts.acknowledged - began.acknowledged) / seconds;
  const settled = stage.checker.counts.settled - began.settled;
  const problem = await stage.verify().then(() => null, messageOf);
  return summaryOf(stage, swaps, { settled, reached, problem, processors });
}

/** The first is deployed when the swaps begin. */
function versionOf(swaps: number): number {
  return 1 + ((swaps + 1) % 3);
}

function processorsUnused(): Processors {
  return { during: new CpuUse(), without: new CpuUse() };
}

async function swap(stage: RolloutStage, version: number, { during, without }: Processors): Promise<Swap> {
  const before = cpuTimesOf(stage.cluster.pids());
  const from = stage.history.now();
  await stage.completed({ version });
  const to = stage.history.now();
  const after = cpuTimesOf(stage.cluster.pids());
  await delay(Math.max(SHORTEST_REST_MS, to - from));
  during.add(before, after, to - from);
  without.add(after, cpuTimesOf(stage.cluster.pids()), stage.history.now() - to);
  return { from, to, rssMiB: stage.cluster.grid.first.map((host) => rssMiBOf(host.pidOf('node') ?? 0)) };
}

function summaryOf(
  stage: RolloutStage,
  swaps: readonly Swap[],
  run: {
    readonly settled: number;
    readonly reached: number;
    readonly problem: string | null;
    readonly processors: Processors;
  },
): SwapSummary {
  const { counts } = stage.checker;
  const first = swaps[0]?.from ?? 0;
  const probes = stage.latencies.all.filter(({ from }) => from >= first);
  const quarter = Math.max(1, Math.floor(swaps.length / 4));
  return {
    swaps: swaps.length,
    completed: run.settled,
    recordsPerSecond: Math.round(run.reached),
    ...{ acknowledged: counts.acknowledged, predictions: counts.seen, toldApart: counts.toldApart },
    ...{ unknown: counts.unknown, problem: run.problem },
    swapMs: latenciesOf(swaps),
    during: latenciesOf(probes.filter((probe) => touches(probe, swaps))),
    without: latenciesOf(probes.filter((probe) => !touches(probe, swaps))),
    processorsDuring: run.processors.during.processors(),
    processorsWithout: run.processors.without.processors(),
    rssFirst: meanRss(swaps.slice(0, quarter)),
    rssLast: meanRss(swaps.slice(-quarter)),
  };
}

function meanRss(swaps: readonly Swap[]): number[] {
  const nodes = swaps[0]?.rssMiB.length ?? 0;
  return Array.from({ length: nodes }, (_, node) =>
    Math.round(swaps.reduce((sum, { rssMiB }) => sum + (rssMiB[node] ?? NaN), 0) / swaps.length),
  );
}

function progress({ checker }: RolloutStage, swaps: readonly Swap[]): string {
  const { acknowledged, seen } = checker.counts;
  const { p50 } = latenciesOf(swaps.slice(-PRINT_EVERY));
  const counts = `${swaps.length} swaps (${Math.round(p50)} ms), ${acknowledged} acknowledged, ${seen} predictions seen`;
  return `  ${counts}, wrong ${checker.wrong.length}, unscored ${checker.unscored().length}`;
}
