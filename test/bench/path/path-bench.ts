import { BenchCluster } from '../cluster/bench-cluster';
import { deployModel } from '../cluster/model-deployment';
import { Loader } from '../load/loader';
import { type RecordForm } from '../load/load-messages';
import { ProfileFolder } from '../profile/profile-folder';
import { type BenchRow } from '../results/bench-row';
import { print } from '../results/print';
import { PathRun, STREAM, type RunOptions } from './path-run';

export interface PathOptions extends RunOptions {
  readonly partitions: readonly number[];
  readonly records: readonly RecordForm[];
  /** Where CPU profiles of the node's threads go; undefined: none are taken. */
  readonly profileFolder: string | undefined;
}

const MODEL = 'mlp';

/** What a record costs on the streaming path; a row for every round as soon as it is measured. */
export async function* runPathBench(options: PathOptions): AsyncGenerator<BenchRow> {
  for (const partitions of options.partitions) {
    const profile = options.profileFolder ? new ProfileFolder(options.profileFolder, partitions) : undefined;
    const cluster = await BenchCluster.start({ partitions, nodeFlags: profile?.nodeFlags ?? [] });
    try {
      await deployModel(cluster, MODEL, STREAM);
      for (const records of options.records) {
        yield* measure(cluster, { model: MODEL, records, partitions }, options, profile);
      }
    } finally {
      await cluster.stop();
    }
    profile?.report();
  }
}

async function* measure(
  cluster: BenchCluster,
  subject: Pick<BenchRow, 'model' | 'records' | 'partitions'>,
  options: PathOptions,
  profile: ProfileFolder | undefined,
): AsyncGenerator<BenchRow> {
  const { address, clusterName } = cluster;
  const loader = await Loader.start({ address, clusterName, records: subject.records });
  try {
    const run = new PathRun(cluster, loader, subject, options);
    print(`  ${subject.partitions} partitions, ${subject.records}: warming up`);
    await run.warmUp();
    profile?.begin();
    yield* run.rounds();
  } finally {
    loader.stop();
  }
}
