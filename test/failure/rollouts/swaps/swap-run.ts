import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@nearscore/errors';
import { rssMiBOf } from '../../../bench/machine/process-cpu';
import { type Latencies, latenciesOf, type Span, touches } from '../load/latencies';
import { type RolloutStage } from '../stage/rollout-stage';
import { type WindowFigures, Windows } from '../stage/windows';

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

export interface SwapSummary extends Omit<WindowFigures, 'rests' | 'probes'> {
  readonly swaps: number;
  readonly completed: number;
  readonly recordsPerSecond: number;
  /** Predictions that the version before would have made otherwise. */
  readonly toldApart: number;
  readonly unknown: number;
  /** What was unscored in the end, or wrong at any moment; null: nothing. */
  readonly problem: string | null;
  /** From the request until all nodes had settled, ms. */
  readonly swapMs: Latencies;
  /** Write → prediction of the timed records that were under way in a swap, or in a rest as long as one, ms. */
  readonly during: Latencies;
  readonly without: Latencies;
  /** Of the nodes, MiB each: mean over the first and the last quarter of the swaps. */
  readonly rssFirst: readonly number[];
  readonly rssLast: readonly number[];
}

/** Between a swap and a rest: longer than most pauses of a member, so that few records were under way in both. */
const GAP_MS = 500;
const PRINT_EVERY = 20;

/** All-at-once swaps in a row between breast-cancer 1, 2 and 3 under load, and rests as long as they are, in turn. */
export async function runSwaps(stage: RolloutStage, { count, warmUp, print }: SwapOptions): Promise<SwapSummary> {
  let last: Span = { from: 0, to: GAP_MS };
  for (let swaps = 0; swaps < warmUp; swaps++) {
    last = await swap(stage, versionOf(swaps));
    await delay(last.to - last.from);
  }
  print(`  ${warmUp} swaps before any counts`);
  const began = { at: stage.history.now(), ...stage.checker.counts };
  const windows = new Windows(stage);
  const swaps: Swap[] = [];
  while (swaps.length < count) {
    await windows.rest(last);
    await delay(GAP_MS);
    const counted = await windows.act(() => swap(stage, versionOf(warmUp + swaps.length)));
    swaps.push({ ...counted, rssMiB: stage.cluster.grid.first.map((host) => rssMiBOf(host.pidOf('node') ?? 0)) });
    await delay(GAP_MS);
    last = counted;
    if (swaps.length % PRINT_EVERY === 0) print(progress(stage, swaps));
  }
  const seconds = (stage.history.now() - began.at) / 1000;
  const reached = (stage.checker.counts.acknowledged - began.acknowledged) / seconds;
  const completed = stage.checker.counts.settled - began.settled;
  const problem = await stage.verify().then(() => null, messageOf);
  const { toldApart, unknown } = stage.checker.counts;
  const recordsPerSecond = Math.round(reached);
  return { ...summaryOf(swaps, windows), completed, recordsPerSecond, toldApart, unknown, problem };
}

/** The first is deployed when the swaps begin. */
function versionOf(swaps: number): number {
  return 1 + ((swaps + 1) % 3);
}

async function swap(stage: RolloutStage, version: number): Promise<Span> {
  const from = stage.history.now();
  await stage.completed({ version });
  return { from, to: stage.history.now() };
}

function summaryOf(swaps: readonly Swap[], windows: Windows) {
  const { rests, probes, ...figures } = windows.figures();
  const quarter = Math.max(1, Math.floor(swaps.length / 4));
  return {
    ...figures,
    swaps: swaps.length,
    swapMs: latenciesOf(swaps),
    during: latenciesOf(probes.filter((probe) => touches(probe, swaps))),
    without: latenciesOf(probes.filter((probe) => touches(probe, rests))),
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
