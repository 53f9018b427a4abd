import { GridUnavailableError } from '../grid.errors';
import { type GridOptions } from '../grid.options';
import { type Grid } from './grid';

/** Connects to the cluster. GridUnavailableError when no member answers in time or the cluster name differs. */
export async function connectGrid(options: GridOptions): Promise<Grid> {
  throw new GridUnavailableError(`Cluster ${options.clusterName} cannot be reached: the client is not built yet.`);
}
