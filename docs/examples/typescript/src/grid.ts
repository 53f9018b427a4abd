import { Client, type ClientConfig } from 'hazelcast-client';

/** Arguments of the programs: [host:port of a member] [cluster name], by default those of `npm start`. */
const [member = '127.0.0.1:5701', clusterName = 'nearscore'] = process.argv.slice(2);

export function connect(serialization: ClientConfig['serialization'] = {}): Promise<Client> {
  return Client.newHazelcastClient({
    clusterName,
    network: { clusterMembers: [member] },
    serialization,
    properties: {
      // What the grid acknowledges, a backup has: a write that no backup confirmed in time fails, instead of looking done.
      'hazelcast.client.operation.fail.on.indeterminate.state': true,
      'hazelcast.logging.level': 'WARN',
    },
  });
}
