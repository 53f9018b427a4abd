import { setTimeout as delay } from 'node:timers/promises';
import { freePort, httpBody } from '@nearscore/local-cluster';
import { growthModel } from '../growth/growth-model';
import { Loader } from '../load/loader';
import { rssMiBOf } from '../machine/process-cpu';
import { print } from '../results/print';
import { type Results } from '../results/results';
import { type StreamingOptions } from '../streaming/streaming-bench';
import { type MemberAddress, memberSpec } from '../systems/member';
import { deployModel } from '../systems/model-deployment';
import { startNode } from '../systems/node';
import { StageProcesses } from '../systems/stage-processes';
import { type StartRow } from './start-row';

const LANES = [1, 2, 4];
/** Inputs of a perceptron whose file has 1 MB. */
const WIDTH_OF_1_MB = 4_000;
const SCORED = 100_000;
const LOOK_EVERY_MS = 5;

/** How long a node takes until it is ready beside a member that is, and what memory its lanes take. */
export async function runStartBench(options: StreamingOptions, results: Results): Promise<void> {
  for (const partitions of options.partitions) {
    const processes = new StageProcesses();
    print(`\n  ${partitions} partitions, start`);
    try {
      const { spec, ...member } = await memberSpec('member', { partitions, collector: options.collector });
      await processes.start(spec);
      await deployBoth(member);
      for (let round = 1; round <= options.rounds; round++) {
        for (const lanes of LANES) {
          results.addStart({ partitions, lanes, round, ...(await startOnce(member, lanes)) });
        }
      }
    } finally {
      await processes.stop();
    }
  }
}

/** One model of 1 MB, and one with records that a member's heap can hold many of. */
async function deployBoth(member: MemberAddress): Promise<void> {
  const large = growthModel(WIDTH_OF_1_MB);
  await deployModel(member, large.name, ['large'], large.folder);
  await deployModel(member, 'mlp', ['bench']);
}

async function startOnce(member: MemberAddress, lanes: number): Promise<Pick<StartRow, 'readyMs' | 'rssMiB'>> {
  const processes = new StageProcesses();
  try {
    const port = await freePort();
    const startedAt = performance.now();
    const { pid } = await startNode(processes, member, { lanes, port });
    while ((await httpBody(`http://127.0.0.1:${port}/health/ready`)) === undefined) await delay(LOOK_EVERY_MS);
    const readyMs = performance.now() - startedAt;
    const ready = rssMiBOf(pid);
    await score(member);
    return { readyMs, rssMiB: { ready, loaded: rssMiBOf(pid) } };
  } finally {
    await processes.stop();
  }
}

async function score({ address, clusterName }: MemberAddress): Promise<void> {
  const maps = { recordMap: 'features.bench', predictionMap: 'predictions.bench' };
  const loader = await Loader.start({ target: { kind: 'grid', address, clusterName, ...maps }, records: 'floats' });
  try {
    await loader.ask({ type: 'flood', seconds: 1, records: SCORED });
  } finally {
    loader.stop();
  }
}
