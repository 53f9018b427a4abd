import { Client } from 'hazelcast-client';
import { type GridOptions } from '../grid.options';
import { toClientConfig } from './client-config';
import { ClientLog } from './client-log';
import { pauseClusterViewRetries } from './cluster-view-guard';
import { findCluster, probeMembers, unavailable } from './cluster-search';
import { ConnectionWatch } from './connection-watch';
import { type Grid } from './grid';
import { HazelcastGrid } from './hazelcast-grid';

/**
 * Connects to the cluster. GridUnavailableError when no member answers in time or the cluster has another name.
 *
 * The client takes one time limit for its first connect and for every later reconnect, which must go on for ever, and gives
 * no handle before it is connected. So it is made when a member has answered. Should that member be gone a moment later,
 * the client waits for one as it does after any loss: longer than connectTimeoutMs if need be.
 */
export async function connectGrid(options: GridOptions): Promise<Grid> {
  const { clusterId } = await findCluster(options);
  let client: Client | undefined;
  const watch = new ConnectionWatch(clusterId, () => probeMembers(options, knownAddresses(options, client)));
  const log = new ClientLog(options.logger);
  try {
    client = await Client.newHazelcastClient(
      toClientConfig(options, { log, onLifecycle: (state) => watch.onLifecycle(state) }),
    );
  } catch (cause) {
    throw unavailable(options, cause);
  }
  pauseClusterViewRetries(client);
  return new HazelcastGrid(client, options, watch);
}

/** Where the client itself looks for the cluster. */
function knownAddresses(options: GridOptions, client: Client | undefined): Set<string> {
  const members = client?.getCluster().getMembers() ?? [];
  return new Set([...options.members, ...members.map(({ address }) => `${address.host}:${address.port}`)]);
}
