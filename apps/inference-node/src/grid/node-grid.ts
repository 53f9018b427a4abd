import { setTimeout as delay } from 'node:timers/promises';
import { type NodeConfig } from '@nearscore/config';
import { messageOf } from '@nearscore/errors';
import { connectGrid, type Grid } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { PredictionRecord, predictionSerializer } from '@nearscore/records';
import { openRegistry, type Registry } from '@nearscore/registry';

/** Short, so that the log tells soon why the grid cannot be reached. */
const CONNECT_TIMEOUT_MS = 5000;
const RETRY_DELAY_MS = 1000;

/** The grid and what of Nearscore lies in it. */
export interface NodeGrid extends Registry {
  readonly grid: Grid;
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
  const onUnreadable = (err: Error): void => logger.warn({ err }, 'an entry of the registry cannot be read');
  const grid = await connectGrid({
    ...config.grid,
    clientName: config.nodeId,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    compactSerializers: [predictionSerializer],
    logger,
  });
  try {
    await replicatePredictionSchema(grid);
    return { grid, ...(await openRegistry(grid, { onUnreadable })) };
  } catch (error) {
    await grid.close();
    throw error;
  }
}
