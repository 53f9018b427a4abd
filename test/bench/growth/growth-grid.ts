import { type RecordPool } from '../load/load-messages';
import { type BenchSystem } from '../systems/bench-system';
import { startGateway } from '../systems/gateway';
import { clusterSpecs, type MemberAddress } from '../systems/member';
import { deployModel } from '../systems/model-deployment';
import { startNode } from '../systems/node';
import { type StageOptions } from '../systems/stage-options';
import { type StageProcesses } from '../systems/stage-processes';
import { type GrowthCase } from './growth-case';
import { type ModelPlace } from './growth-model';

/** A grid of one place on an axis, scoring. */
export interface GrowthGrid {
  readonly system: BenchSystem;
  readonly pool: RecordPool;
  /** Of the first stream; undefined: it has no gateway. */
  readonly predictionsUrl: string | undefined;
}

export interface GridOptions extends Pick<StageOptions, 'partitions' | 'collector'> {
  /** In names of processes and logs. */
  readonly name: string;
  readonly model: ModelPlace;
  /** MiB of each member. */
  readonly heapMb: number;
}

/** Members one by one, then a node beside each, the streams and, if it is asked for, a gateway. */
export async function startGrowthGrid(
  processes: StageProcesses,
  wanted: GrowthCase,
  options: GridOptions,
): Promise<GrowthGrid> {
  const { name, model } = options;
  const members = await clusterSpecs(`${name}-member`, wanted.members, options);
  const pids: Record<string, number> = {};
  for (const [index, { spec }] of members.entries()) {
    pids[processName('member', index)] = (await processes.start(spec)).pid;
  }
  const first = members[0] as MemberAddress;
  const gridMembers = members.map(({ address }) => address);
  for (const [index, { address, clusterName }] of members.entries()) {
    const node = { name: `${name}-node-${index + 1}`, gridMembers };
    pids[processName('node', index)] = (await startNode(processes, { address, clusterName }, node)).pid;
  }
  const streams = Array.from({ length: wanted.streams }, (_, index) => `bench-${index + 1}`);
  await deployModel(first, model.name, streams, model.folder);
  const gateway = wanted.listeners === undefined ? undefined : await startGateway(processes, first, `${name}-gateway`);
  if (gateway) pids['gateway'] = gateway.pid;
  const maps = streams.map((stream) => ({ recordMap: `features.${stream}`, predictionMap: `predictions.${stream}` }));
  return {
    system: systemOf(first, pids, maps),
    pool: { keys: wanted.keys, width: wanted.width, streams: maps },
    predictionsUrl: gateway && `${gateway.url}/v1/streams/${streams[0]}/predictions`,
  };
}

function systemOf(
  { address, clusterName }: MemberAddress,
  processes: Readonly<Record<string, number>>,
  [maps = { recordMap: '', predictionMap: '' }]: RecordPool['streams'],
): BenchSystem {
  const target = { kind: 'grid', address, clusterName, ...maps } as const;
  return { name: 'nearscore', processes, store: processes['member'] ?? 0, target, forms: ['floats'] };
}

/** `member`, `member-2`, … */
function processName(kind: 'member' | 'node', index: number): string {
  return index === 0 ? kind : `${kind}-${index + 1}`;
}
