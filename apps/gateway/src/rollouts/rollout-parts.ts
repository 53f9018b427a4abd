import { type GatewayConfig } from '@nearscore/config';
import { type Logger } from '@nearscore/logging';
import { CoordinatorMetrics, type MetricsRegistry } from '@nearscore/metrics';
import { reportQueue, RolloutQueue } from '@nearscore/queues';
import { type GridConnection } from '../grid/grid-connection';
import { type ClusterWatch } from '../nodes/cluster-watch';
import { RolloutCoordinator } from './rollout-coordinator';
import { RolloutProgress } from './rollout-progress';
import { RolloutsService } from './rollouts.service';

export interface RolloutEnvironment {
  readonly config: GatewayConfig;
  readonly clientName: string;
  readonly connection: GridConnection;
  readonly watch: ClusterWatch;
  readonly metrics: MetricsRegistry;
  readonly logger: Logger;
}

/** All that a gateway has to do with rollouts. */
export interface RolloutParts {
  readonly rollouts: RolloutsService;
  readonly progress: RolloutProgress;
  /** Other gateways go on. */
  close(): Promise<void>;
}

/** Connects to the queue in the background, and takes rollouts on as soon as the grid is there. */
export function createRollouts({ config, clientName, metrics, ...parts }: RolloutEnvironment): RolloutParts {
  const { limits, grid, redisUrl } = config;
  const { logger } = parts;
  const measured = new CoordinatorMetrics(metrics);
  const wake = (): void => coordinator.wake();
  const queue = new RolloutQueue({
    ...{ url: redisUrl, cluster: grid.clusterName, clientName },
    ...reportQueue({
      name: 'rollouts',
      whenDown: 'the queue of rollouts cannot be reached; none begins meanwhile',
      ...{ metrics: measured.queue, logger, onUp: wake },
    }),
    onPrepared: () => Promise.resolve(wake()),
  });
  const { rolloutTimeoutMs: timeoutMs } = limits;
  const coordinator = new RolloutCoordinator({ ...parts, queue, metrics: measured, timeoutMs });
  return {
    rollouts: new RolloutsService({ ...parts, queue, coordinator, metrics: measured }),
    progress: new RolloutProgress(coordinator, limits),
    close: async () => {
      coordinator.close();
      await queue.close();
    },
  };
}
