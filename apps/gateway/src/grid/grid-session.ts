import { type Grid, PartitionAccess, type PartitionAccessOptions } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { openRegistry, type Registry } from '@nearscore/registry';

/** The grid and what of Nearscore lies in it. */
export interface GridSession extends Registry {
  readonly grid: Grid;
  /** Its journals and partitions. Connected to with the first call. GridUnavailableError when that takes too long. */
  access(): Promise<PartitionAccess>;
  close(): Promise<void>;
}

/** Takes the grid over: when its session cannot be opened, it is closed. */
export async function createGridSession(
  grid: Grid,
  accessOptions: PartitionAccessOptions,
  logger: Logger,
): Promise<GridSession> {
  const onUnreadable = (error: Error) => logger.warn({ err: error }, 'an entry of the registry cannot be read');
  try {
    // Without the partition table a record's partition could not be told.
    await grid.partitions.ready();
    const access = new LazyAccess(() => PartitionAccess.open(grid, accessOptions));
    const close = async (): Promise<void> => {
      await access.close();
      await grid.close();
    };
    return { grid, access: () => access.get(), close, ...(await openRegistry(grid, { onUnreadable })) };
  } catch (error) {
    await grid.close();
    throw error;
  }
}

/** Most gateways serve no journal: connections of its own to every member are made when one is asked for. */
class LazyAccess {
  private opened: Promise<PartitionAccess> | undefined;

  constructor(private readonly open: () => Promise<PartitionAccess>) {}

  get(): Promise<PartitionAccess> {
    this.opened ??= this.open().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  async close(): Promise<void> {
    const opened = await this.opened?.catch(() => undefined);
    opened?.close();
  }
}
