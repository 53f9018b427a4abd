import { type FollowedStream } from '@nearscore/grid';
import { type Checker } from './checker/checker';
import { type SimRandom } from './engine/random';
import { type World } from './engine/world';
import { type SimCluster } from './grid/sim-cluster';
import { type Latency } from './grid/sim-connection';
import { type WriteHistory } from './grid/writes';
import { type Knobs } from './knobs';
import { type SimDeployments } from './node/deployments';
import { type ParkedRecords } from './node/parked-records';
import { type NodeRegistry } from './node/registry';
import { type CreateFollower } from './node/create-follower';

/** What lanes told of. */
export interface Tally {
  takeovers: number;
  fenced: number;
  rescans: number;
  repaired: number;
  retried: number;
}

/** What nodes, writers and faults of one run share. */
export interface Site {
  readonly world: World;
  readonly knobs: Knobs;
  readonly cluster: SimCluster;
  readonly history: WriteHistory;
  readonly registry: NodeRegistry;
  readonly parked: ParkedRecords;
  readonly deployments: SimDeployments;
  readonly checker: Checker;
  readonly tally: Tally;
  readonly streams: readonly FollowedStream[];
  readonly createFollower: CreateFollower;
  /** How long messages of one connection take. */
  latency(random: SimRandom): Latency;
  /** Faults are over. */
  quiet(): boolean;
}
