import { Client } from 'hazelcast-client';
import { GridUnavailableError } from '../grid.errors';
import { type GridOptions } from '../grid.options';
import { ClientLog } from './client-log';
import { toClientConfig } from './client-config';
import { ConnectGate } from './connect-gate';
import { ConnectionWatch } from './connection-watch';
import { type Grid } from './grid';
import { HazelcastGrid } from './hazelcast-grid';

const DEFAULT_CONNECT_TIMEOUT_MS = 30_000;

/** Connects to the cluster. GridUnavailableError when no member answers in time or the cluster has another name. */
export async function connectGrid(options: GridOptions): Promise<Grid> {
  const watch = new ConnectionWatch();
  const gate = new ConnectGate(deadlineOf(options));
  const log = new ClientLog(options.logger, (source, message) => {
    watch.observe(source, message);
    gate.observe(source, message);
  });
  const client = await connect(options, gate, log, watch);
  gate.open();
  return new HazelcastGrid(client, options, watch);
}

async function connect(
  options: GridOptions,
  gate: ConnectGate,
  log: ClientLog,
  watch: ConnectionWatch,
): Promise<Client> {
  const config = toClientConfig(options, { log, onLifecycle: (state) => watch.onLifecycle(state) });
  try {
    return await Client.newHazelcastClient(config);
  } catch (cause) {
    throw unavailable(options, gate, cause);
  }
}

function unavailable(options: GridOptions, gate: ConnectGate, cause: unknown): GridUnavailableError {
  const members = options.members.join(', ');
  const message = gate.wrongCluster
    ? `The grid at ${members} refuses the cluster name ${options.clusterName}: it has another one, or wants credentials.`
    : `No member of cluster ${options.clusterName} can be reached at ${members}: ${gate.reason}`;
  return new GridUnavailableError(message, {
    cause,
    details: { members: options.members, cluster: options.clusterName },
  });
}

function deadlineOf({ connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS }: GridOptions): number {
  return connectTimeoutMs < 0 ? Infinity : Date.now() + connectTimeoutMs;
}
