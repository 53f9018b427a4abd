import { messageOf } from '@nearscore/errors';
import { eventually } from '@nearscore/testkit';
import { callsTo } from '../../../fixtures/http/gateway-calls';
import { inspectionLeftovers } from '../../../fixtures/inspection/inspection-leftovers';
import { type Span } from '../load/latencies';
import { type RolloutStage } from '../stage/rollout-stage';
import { type WindowFigures, Windows } from '../stage/windows';
import { type HostileFile } from './hostile-files';
import { attack, HOSTILE_PATH, type Refusal, unexpected } from './upload-attack';

export interface UploadOptions {
  /** Each sends every file once, after a rest as long as the round before took. */
  readonly rounds: number;
  readonly atOnce: number;
  readonly files: readonly HostileFile[];
  readonly print: (line: string) => void;
}

export interface UploadSummary extends WindowFigures {
  readonly attacks: readonly Span[];
  readonly refusals: readonly Refusal[];
  /** What was unscored, wrong, answered otherwise or left behind. */
  readonly problems: readonly string[];
}

/** Windows with an attack and without, in turn, under a load that does not change. */
export async function runUploads(stage: RolloutStage, options: UploadOptions): Promise<UploadSummary> {
  const { rounds, print } = options;
  let last = await oneAttack(stage, options);
  print(`  a round of ${last.refusals.length} files before any counts: ${seconds(last)}`);
  const windows = new Windows(stage);
  const attacks: Span[] = [];
  const refusals = [...last.refusals];
  while (attacks.length < rounds) {
    await windows.rest(last);
    last = await windows.act(() => oneAttack(stage, options));
    attacks.push(last);
    refusals.push(...last.refusals);
    print(`  round ${attacks.length}: ${seconds(last)}`);
  }
  const problems = [...unexpected(refusals), ...(await problemsOf(stage))];
  return { ...windows.figures(), attacks, refusals, problems };
}

async function oneAttack(stage: RolloutStage, { files, atOnce }: UploadOptions) {
  const now = (): number => stage.history.now();
  const from = now();
  const refusals = await attack({ call: callsTo(() => stage.cluster.gatewayUrl()), files, atOnce, now });
  return { from, to: now(), refusals };
}

async function problemsOf(stage: RolloutStage): Promise<string[]> {
  const looks = [() => stage.verify(), () => nothingAdmitted(stage), () => nothingLeft(stage)];
  const problems: string[] = [];
  for (const look of looks) await look().catch((error: unknown) => problems.push(messageOf(error)));
  return problems;
}

async function nothingAdmitted(stage: RolloutStage): Promise<void> {
  const { status } = await callsTo(() => stage.cluster.gatewayUrl())('GET', HOSTILE_PATH);
  if (status !== 404) throw new Error(`a hostile file was admitted: ${status}`);
}

/** Of the processes and folders in which files were looked at. */
async function nothingLeft(stage: RolloutStage): Promise<void> {
  await eventually(() => {
    const left = stage.cluster.pids().gateways.flatMap(inspectionLeftovers);
    if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
  });
}

function seconds({ from, to }: Span): string {
  return `${((to - from) / 1000).toFixed(1)} s`;
}
