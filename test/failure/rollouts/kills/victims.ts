import { type Fault } from '../../faults/fault';
import { type RolloutCluster } from '../stage/rollout-cluster';
import { COORDINATOR } from './phases';

const NODE = 2;

/** kill -9 each, and started again in place. */
export function victimsOf(cluster: RolloutCluster): readonly Fault[] {
  const node = cluster.grid.host(NODE);
  return [
    {
      name: 'the coordinating gateway',
      inject: () => cluster.killGateway(COORDINATOR),
      restore: () => cluster.startGateway(COORDINATOR),
    },
    { name: 'one node', inject: () => node.kill('node'), restore: () => node.startNode() },
    { name: 'Redis, which comes back empty', inject: () => cluster.killRedis(), restore: () => cluster.startRedis() },
  ];
}
