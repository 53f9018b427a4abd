import { expectedScores } from '../load/expected-scores';
import { Loader } from '../load/loader';
import { type RecordForm } from '../load/load-messages';
import { type PeerModel } from '../peers/peer-model';
import { ProfileFolder } from '../profile/profile-folder';
import { print } from '../results/print';
import { type Results } from '../results/results';
import { BenchStage } from '../systems/bench-stage';
import { peerModel } from '../systems/model-deployment';
import { type StageOptions } from '../systems/stage-options';
import { idleRows } from './idle-round';
import { type CaseRates, casesOf, caseTitle } from './load-case';
import { SystemRun } from './system-run';

export interface StreamingOptions extends Omit<StageOptions, 'model' | 'partitions' | 'nodeFlags'> {
  readonly models: readonly string[];
  readonly partitions: readonly number[];
  readonly records: readonly RecordForm[];
  readonly rates: CaseRates;
  readonly rounds: number;
  readonly secondsPerRound: number;
  /** Records that each system gets before a figure counts. */
  readonly warmUpRecords: number;
  /** Where CPU profiles of the node's threads go; undefined: none are taken. */
  readonly profileFolder: string | undefined;
}

/** All systems of the options on the streaming path, in turns. */
export async function runStreamingBench(options: StreamingOptions, results: Results): Promise<void> {
  for (const partitions of options.partitions) {
    for (const name of options.models) await runStage(await peerModel(name), partitions, options, results);
  }
}

async function runStage(model: PeerModel, partitions: number, options: StreamingOptions, results: Results) {
  print(`\n  ${partitions} partitions, ${model.name}`);
  const profile = options.profileFolder ? new ProfileFolder(options.profileFolder, partitions) : undefined;
  const stage = await BenchStage.start({ ...options, model, partitions, nodeFlags: profile?.nodeFlags ?? [] });
  try {
    for (const records of options.records)
      await runSubject(stage, model, { partitions, records }, options, results, profile);
  } finally {
    await stage.stop();
  }
  profile?.report();
}

async function runSubject(
  stage: BenchStage,
  model: PeerModel,
  { partitions, records }: { partitions: number; records: RecordForm },
  options: StreamingOptions,
  results: Results,
  profile: ProfileFolder | undefined,
): Promise<void> {
  const loaders: Loader[] = [];
  const ours = (): number[] => [process.pid, ...stage.pids, ...loaders.map(({ pid }) => pid)];
  const subject = { model: model.name, records, partitions };
  try {
    const runs: SystemRun[] = [];
    for (const system of stage.systems.filter(({ forms }) => forms.includes(records))) {
      const loader = await Loader.start({ target: system.target, records });
      loaders.push(loader);
      runs.push(new SystemRun(system, loader, subject, ours));
    }
    await prepare(runs, await expectedScores(model), options);
    if (records === options.records[0]) {
      for (const row of await idleRows(stage.systems, subject, ours(), options)) results.addIdle(row);
    }
    profile?.begin();
    await takeTurns(runs, options, results);
  } finally {
    for (const loader of loaders) loader.stop();
  }
}

/** Every system warm, and known to do the work. */
async function prepare(runs: readonly SystemRun[], expected: Float32Array, options: StreamingOptions): Promise<void> {
  for (const run of runs) {
    print(`  warming up ${run.system.name}`);
    await run.warmUp(options.warmUpRecords, options.rates.bulk[0] ?? 20_000);
    await run.verify(expected);
  }
}

/** A B C A B C …: so all meet the same hour of a machine that changes. */
async function takeTurns(runs: readonly SystemRun[], options: StreamingOptions, results: Results): Promise<void> {
  for (let round = 1; round <= options.rounds; round++) {
    for (const load of casesOf(options.rates)) {
      print(`  round ${round}: ${caseTitle(load)}`);
      for (const run of runs) {
        const row = await run.measure(load, round, options.secondsPerRound);
        if (row) results.add(row);
      }
    }
  }
}
