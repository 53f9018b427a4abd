import { Client } from 'hazelcast-client';
import { predictionSerializer } from '@nearscore/records';

/**
 * A client as any user has it who wants to know what became of a write: nothing is sent twice unasked, and a write whose
 * backup did not answer is no success. It notices a silent member in seconds and comes back after any outage.
 */
export function stockClient(clusterName: string, members: readonly string[]): Promise<Client> {
  return Client.newHazelcastClient({
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
}
