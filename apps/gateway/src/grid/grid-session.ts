import { type Grid } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { openRegistry, type Registry } from '@nearscore/registry';

/** The grid and what of Nearscore lies in it. */
export interface GridSession extends Registry {
  readonly grid: Grid;
}

export async function createGridSession(grid: Grid, logger: Logger): Promise<GridSession> {
  const onUnreadable = (error: Error) => logger.warn({ err: error }, 'an entry of the registry cannot be read');
  return { grid, ...(await openRegistry(grid, { onUnreadable })) };
}
