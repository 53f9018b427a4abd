import { messageOf } from '@nearscore/errors';
import { eventually } from '@nearscore/testkit';
import { nextVersion } from '../kills/kill-run';
import { type Span } from '../load/latencies';
import { type RolloutStage } from '../stage/rollout-stage';
import { type WindowFigures, Windows } from '../stage/windows';
import { RestingEpochs } from './resting-epochs';
import { writeResting } from './resting-records';

export interface RescoreOptions {
  readonly rounds: number;
  /** Records that only a rescore scores again. */
  readonly resting: number;
  readonly print: (line: string) => void;
}

/** One rescore: history ms, from when all nodes had settled until it was told that nothing is left. */
export interface Rescore extends Span {
  /** Until the last of the resting records' predictions was seen, ms. */
  readonly scoredMs: number;
  /** What was told meanwhile: partitions in which nothing is left, in the order of the answers, each once. */
  readonly told: readonly number[];
  readonly of: number;
}

export interface RescoreSummary extends WindowFigures {
  readonly resting: number;
  readonly rescores: readonly Rescore[];
  /** What was unscored, wrong, or not made again; null: nothing. */
  readonly problem: string | null;
}

interface StreamAnswer {
  readonly rescored: { readonly partitions: number; readonly of: number } | null;
}

const SCORED_TIMEOUT_MS = 120_000;
const DONE_TIMEOUT_MS = 300_000;
const ASK_EVERY_MS = 250;

/** Swaps with rescore in turn with rests as long, under a load that does not change. */
export async function runRescores(stage: RolloutStage, options: RescoreOptions): Promise<RescoreSummary> {
  const { rounds, resting, print } = options;
  const epochs = await restingRecords(stage, resting);
  await swap(stage);
  let last = await untilRescored(stage, epochs, resting);
  print(`  before any counts: ${line(last)}`);
  const windows = new Windows(stage);
  const rescores: Rescore[] = [];
  while (rescores.length < rounds) {
    await windows.rest(last);
    await swap(stage);
    last = await windows.act(() => untilRescored(stage, epochs, resting));
    rescores.push(last);
    print(`  rescore ${rescores.length}: ${line(last)}`);
  }
  const problem = await stage.verify().then(() => null, messageOf);
  return { ...windows.figures(), resting, rescores, problem };
}

async function restingRecords(stage: RolloutStage, count: number): Promise<RestingEpochs> {
  const epochs = new RestingEpochs();
  stage.history.observe((fact) => epochs.accept(fact));
  await writeResting(stage.client, stage.stream, count, (fact) => void stage.history.add(fact));
  await untilScored(epochs, 1, count);
  return epochs;
}

async function swap(stage: RolloutStage): Promise<void> {
  await stage.completed({ version: await nextVersion(stage), rescore: true });
}

async function untilRescored(stage: RolloutStage, epochs: RestingEpochs, resting: number): Promise<Rescore> {
  const from = stage.history.now();
  const { epoch } = await stage.deployments.deployment();
  const told: number[] = [];
  const of = await eventually(() => askOnce(stage, told), { timeoutMs: DONE_TIMEOUT_MS, everyMs: ASK_EVERY_MS });
  const to = stage.history.now();
  await untilScored(epochs, epoch, resting);
  return { from, to, scoredMs: epochs.lastAt - from, told, of };
}

/** @returns all partitions, when nothing is left in any */
async function askOnce(stage: RolloutStage, told: number[]): Promise<number> {
  const { rescored } = await stage.api<StreamAnswer>('GET', `/v1/streams/${stage.stream}`);
  if (!rescored) throw new Error('no node has told yet');
  const { partitions, of } = rescored;
  if (told.at(-1) !== partitions) told.push(partitions);
  if (partitions < of) throw new Error(`${partitions} of ${of} partitions`);
  return of;
}

/** What was told to be done must be seen to be: at once, but for the way of the last ones to this program. */
function untilScored(epochs: RestingEpochs, epoch: number, count: number): Promise<void> {
  return eventually(
    () => {
      const scored = epochs.since(epoch);
      if (scored < count) throw new Error(`${scored} of ${count} were scored since epoch ${epoch}`);
    },
    { timeoutMs: SCORED_TIMEOUT_MS, everyMs: ASK_EVERY_MS },
  );
}

function line({ from, to, scoredMs, told, of }: Rescore): string {
  return `${((to - from) / 1000).toFixed(1)} s, the last after ${(scoredMs / 1000).toFixed(1)} s; told: ${told.join(', ')} of ${of}`;
}
