import { type NearscoreClient } from '@nearscore/client';

export interface MemberView {
  readonly uuid: string;
  /** host:port */
  readonly address: string;
  readonly version: string;
  readonly partitions: number;
}

export interface NodeView {
  readonly id: string;
  /** host:port */
  readonly address: string;
  readonly alive: boolean;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly member: MemberView | null;
  readonly lanes: readonly object[];
  readonly partitions: number;
  readonly leases: { readonly held: number };
  /** Part of the records that it read from its own member; null before the first. */
  readonly locality: number | null;
  readonly streams: readonly { readonly stream: string; readonly version: number; readonly scoredPerSecond: number }[];
  readonly softwareVersion: string;
}

export interface ClusterView {
  readonly partitions: number;
  readonly partitionsWithoutLease: number;
  readonly members: readonly MemberView[];
  readonly nodes: readonly NodeView[];
}

export async function showCluster(client: NearscoreClient): Promise<ClusterView> {
  return (await client.request({ path: '/v1/nodes' })) as ClusterView;
}
