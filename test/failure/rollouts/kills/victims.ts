import { type RolloutCluster } from '../stage/rollout-cluster';
import { COORDINATOR } from './phases';

export interface Victim {
  readonly name: string;
  readonly kill: (cluster: RolloutCluster) => Promise<void>;
  readonly restore: (cluster: RolloutCluster) => Promise<void>;
}

const NODE = 2;

/** kill -9 each, and started again in place. */
export const VICTIMS: readonly Victim[] = [
  {
    name: 'the coordinating gateway',
    kill: (cluster) => cluster.killGateway(COORDINATOR),
    restore: (cluster) => cluster.startGateway(COORDINATOR),
  },
  {
    name: 'one node',
    kill: (cluster) => cluster.grid.host(NODE).kill('node'),
    restore: (cluster) => cluster.grid.host(NODE).startNode(),
  },
  {
    name: 'Redis, which comes back empty',
    kill: (cluster) => cluster.killRedis(),
    restore: (cluster) => cluster.startRedis(),
  },
];
