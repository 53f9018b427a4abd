import { Client } from 'hazelcast-client';
import { pauseClusterViewRetries } from '@nearscore/grid';
import { PredictionRecord, predictionSerializer } from '@nearscore/records';

/**
 * A client as any user has it who wants to know what became of a write: nothing is sent twice unasked, and a write whose
 * backup did not answer is no success. It notices a silent member in seconds and comes back after any outage.
 */
export async function stockClient(clusterName: string, members: readonly string[]): Promise<Client> {
  const client = await Client.newHazelcastClient({
    clusterName,
    network: { clusterMembers: [...members], redoOperation: false },
    connectionStrategy: { connectionRetry: { clusterConnectTimeoutMillis: -1, maxBackoffMillis: 1_000 } },
    serialization: { compact: { serializers: [predictionSerializer as never] } },
    properties: {
      'hazelcast.logging.level': 'ERROR',
      'hazelcast.client.operation.fail.on.indeterminate.state': true,
      'hazelcast.client.operation.backup.timeout.millis': 2_000,
      'hazelcast.client.heartbeat.interval': 1_000,
      'hazelcast.client.heartbeat.timeout': 5_000,
      'hazelcast.client.invocation.timeout.millis': 20_000,
    },
  });
  // As it is, the client may hang for ever when the whole grid dies, and the writer with it.
  pauseClusterViewRetries(client);
  // A client that meets a type for the first time fetches its schema, and what it hears meanwhile overtakes: it knows it now.
  const scratch = await client.getMap<string, PredictionRecord>('failure.scratch');
  await scratch.set('schema', new PredictionRecord(0, null, [], '', 1, 1, 0, 0n, 0));
  return client;
}
