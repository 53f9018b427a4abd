import { type ClusterView, type MemberView, type NodeView, showCluster } from '../gateway/cluster.api';
import { type Column } from '../output/table';
import { counted, percent } from '../output/text';
import { EXIT, type ExitCode } from '../program/exit-codes';
import { type Session } from '../program/session';

const NODE_COLUMNS: readonly Column<NodeView>[] = [
  { title: 'NODE', of: ({ id }) => id },
  { title: 'STATE', of: stateOf },
  { title: 'ADDRESS', of: ({ address }) => address },
  { title: 'MEMBER', of: ({ member }) => member?.address },
  { title: 'LANES', of: ({ lanes }) => lanes.length, right: true },
  { title: 'PARTITIONS', of: ({ partitions }) => partitions, right: true },
  { title: 'LEASES', of: ({ leases }) => leases.held, right: true },
  { title: 'LOCALITY', of: ({ locality }) => percent(locality), right: true },
  { title: 'SCORED/S', of: scoredPerSecond, right: true },
  { title: 'VERSION', of: ({ softwareVersion }) => softwareVersion },
];

const MEMBER_COLUMNS: readonly Column<MemberView>[] = [
  { title: 'MEMBER', of: ({ address }) => address },
  { title: 'VERSION', of: ({ version }) => version },
  { title: 'PARTITIONS', of: ({ partitions }) => partitions, right: true },
  { title: 'UUID', of: ({ uuid }) => uuid },
];

/** `nearscore nodes [--members]` */
export async function nodes(
  { client, out }: Session,
  _args: readonly string[],
  { members }: { readonly members?: boolean },
): Promise<ExitCode> {
  const cluster = await showCluster(client);
  out.show(cluster, () => (members ? out.table(cluster.members, MEMBER_COLUMNS) : nodeLines(cluster, out)));
  return EXIT.ok;
}

function nodeLines({ nodes: known, members, ...cluster }: ClusterView, out: Session['out']): string[] {
  const table = out.table(known, NODE_COLUMNS);
  if (!out.isTTY) return table;
  const { partitions, partitionsWithoutLease } = cluster;
  const gap = partitionsWithoutLease === 0 ? '' : `, ${partitionsWithoutLease} of them scored by nobody`;
  return [...table, '', `${counted(members.length, 'member')}, ${counted(partitions, 'partition')}${gap}`];
}

function stateOf({ alive, ready, serving }: NodeView): string {
  if (!alive) return 'silent';
  if (!serving) return 'not serving';
  return ready ? 'ready' : 'not ready';
}

function scoredPerSecond({ streams }: NodeView): number {
  return Math.round(streams.reduce((sum, stream) => sum + stream.scoredPerSecond, 0));
}
