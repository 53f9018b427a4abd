import { type GridMember, type PartitionTable } from '@nearscore/grid';
import { type NodeEntry } from '@nearscore/registry';
import { type SeenNode } from './node-sightings';

/** A node on the wire, as it said with its last heartbeat. */
export interface NodeView {
  readonly id: string;
  /** host:port of its health and metrics */
  readonly address: string;
  readonly ready: boolean;
  /** Whether it takes partitions: not before its lanes have loaded what is deployed, and not while it stops. */
  readonly serving: boolean;
  /** Whether it still beats; what a node that does not said last is shown as it said it. */
  readonly alive: boolean;
  /** The member beside it; null when it has none or the member left. */
  readonly member: MemberView | null;
  /** partitions: those it is to score; leases: those it may score now. */
  readonly lanes: NodeEntry['lanes'];
  readonly partitions: number;
  readonly leases: NodeEntry['leases'];
  /** Share of the records it read that came from its own member; null before the first. */
  readonly locality: number | null;
  readonly recordsRead: number;
  readonly streams: NodeEntry['streams'];
  readonly startedAt: string;
  readonly heartbeatAt: string;
  readonly softwareVersion: string;
}

export interface MemberView {
  readonly uuid: string;
  /** host:port */
  readonly address: string;
  readonly version: string;
  /** Partitions whose primary copy it holds. */
  readonly partitions: number;
}

export function toMemberViews(members: readonly GridMember[], partitions: PartitionTable): MemberView[] {
  const owned = new Map<string, number>();
  for (let partition = 0; partition < partitions.count(); partition++) {
    const owner = partitions.ownerOf(partition);
    if (owner !== undefined) owned.set(owner, (owned.get(owner) ?? 0) + 1);
  }
  return members.map(({ uuid, host, port, version }) => {
    return { uuid, address: addressOf(host, port), version, partitions: owned.get(uuid) ?? 0 };
  });
}

export function toNodeView({ entry: node, living }: SeenNode, members: readonly MemberView[]): NodeView {
  const { id, ready, serving, lanes, leases, recordsRead, recordsReadFromOwnMember, streams, softwareVersion } = node;
  return {
    id,
    address: addressOf(node.host, node.port),
    ready,
    serving,
    alive: living,
    member: members.find(({ uuid }) => uuid === node.memberUuid) ?? null,
    lanes,
    partitions: lanes.reduce((sum, lane) => sum + lane.partitions, 0),
    leases,
    locality: recordsRead === 0 ? null : recordsReadFromOwnMember / recordsRead,
    ...{ recordsRead, streams },
    startedAt: new Date(node.startedAt).toISOString(),
    heartbeatAt: new Date(node.heartbeatAt).toISOString(),
    softwareVersion,
  };
}

/** host:port, an IPv6 address in brackets. */
export function addressOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
