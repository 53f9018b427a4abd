import { setTimeout as delay } from 'node:timers/promises';
import { type NodeConfig } from '@nearscore/config';
import { messageOf } from '@nearscore/errors';
import { connectGrid, type Grid } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { PredictionRecord, predictionSerializer } from '@nearscore/records';
import { DeploymentStore, ModelStore, NodeRegistry, ParkedStore, REGISTRY_MAPS } from '@nearscore/registry';

const RETRY_DELAY_MS = 1000;

/** The grid and what of Nearscore lies in it. */
export interface NodeGrid {
  readonly grid: Grid;
  readonly nodes: NodeRegistry;
  readonly models: ModelStore;
  readonly deployments: DeploymentStore;
  readonly parked: ParkedStore;
}

/** Tries until the grid is there or the signal says to give up; then undefined. */
export async function openNodeGrid(
  config: NodeConfig,
  logger: Logger,
  signal: AbortSignal,
): Promise<NodeGrid | undefined> {
  while (!signal.aborted) {
    try {
      return await connect(config, logger);
    } catch (error) {
      logger.warn({ reason: messageOf(error) }, 'the grid cannot be reached yet');
      await delay(RETRY_DELAY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

/** Lanes write predictions as raw bytes; without this the cluster could not read them. */
export function replicatePredictionSchema(grid: Grid): Promise<void> {
  return grid.replicateSchema(new PredictionRecord(0, null, [], '', 1, 1, 0, 0n, 0));
}

async function connect(config: NodeConfig, logger: Logger): Promise<NodeGrid> {
  const grid = await connectGrid({
    ...config.grid,
    clientName: config.nodeId,
    compactSerializers: [predictionSerializer],
    logger,
  });
  try {
    await replicatePredictionSchema(grid);
    return await openRegistry(grid, logger);
  } catch (error) {
    await grid.close();
    throw error;
  }
}

async function openRegistry(grid: Grid, logger: Logger): Promise<NodeGrid> {
  const onUnreadable = (err: Error): void => logger.warn({ err }, 'an entry of the registry cannot be read');
  const [nodes, models, chunks, deployments, parked] = await Promise.all([
    grid.jsonMap<unknown>(REGISTRY_MAPS.nodes),
    grid.jsonMap<unknown>(REGISTRY_MAPS.models),
    grid.binaryMap(REGISTRY_MAPS.modelChunks),
    grid.jsonMap<unknown>(REGISTRY_MAPS.deployments),
    grid.jsonMap<unknown>(REGISTRY_MAPS.parked),
  ]);
  return {
    grid,
    nodes: new NodeRegistry(nodes, onUnreadable),
    models: new ModelStore(models, chunks, { onUnreadable }),
    deployments: new DeploymentStore(deployments, { onUnreadable }),
    parked: new ParkedStore(parked, onUnreadable),
  };
}
