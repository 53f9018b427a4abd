import { type Grid } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { openRegistry, type Registry } from '@nearscore/registry';

/** The grid and what of Nearscore lies in it. */
export interface GridSession extends Registry {
  readonly grid: Grid;
}

/** Takes the grid over: when its session cannot be opened, it is closed. */
export async function createGridSession(grid: Grid, logger: Logger): Promise<GridSession> {
  const onUnreadable = (error: Error) => logger.warn({ err: error }, 'an entry of the registry cannot be read');
  try {
    // Without the partition table a record's partition could not be told.
    await grid.partitions.ready();
    return { grid, ...(await openRegistry(grid, { onUnreadable })) };
  } catch (error) {
    await grid.close();
    throw error;
  }
}
