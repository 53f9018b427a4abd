/**
 * Writes records at a rate and looks at predictions, as a process of its own that nobody meters: a stock client, its
 * records serialized once. The bench tells it what to do, message by message.
 */
import { Client } from 'hazelcast-client';
import { predictionSerializer } from '@nearscore/records';
import { type LoaderSetup, type LoadRequest } from './load-messages';
import { latenciesOf } from './latency-load';
import { uncheckedKeys } from './prediction-check';
import { RECORDS_PER_CALL, type SerializedEntry, serializedEntries } from './record-pool';
import { paced } from './pacing';

async function main(setup: LoaderSetup): Promise<void> {
  const client = await Client.newHazelcastClient({
    clusterName: setup.clusterName,
    network: { clusterMembers: [setup.address] },
    serialization: { defaultNumberType: 'float', compact: { serializers: [predictionSerializer] } },
    properties: { 'hazelcast.logging.level': 'ERROR' },
  });
  const scratch = await client.getMap<unknown, unknown>('bench.scratch');
  const entries = await serializedEntries(client, scratch, setup.records);
  process.on('message', (request: LoadRequest) => {
    // A rejection ends this process, and the bench sees that.
    void answer(client, entries, request).then((reply) => process.send?.(reply));
  });
  process.once('disconnect', () => process.exit());
  process.send?.('ready');
}

async function answer(client: Client, entries: readonly SerializedEntry[], request: LoadRequest): Promise<unknown> {
  switch (request.type) {
    case 'write':
      return write(client, entries, request);
    case 'check':
      return { missing: await uncheckedKeys(await client.getMap(request.map), request.since) };
    case 'latency':
      return latenciesOf(client, entries, request);
  }
}

async function write(
  client: Client,
  entries: readonly SerializedEntry[],
  { map: name, ratePerSecond, seconds }: Extract<LoadRequest, { type: 'write' }>,
): Promise<unknown> {
  const map = await client.getMap<unknown, unknown>(name);
  const runs = Array.from({ length: entries.length / RECORDS_PER_CALL }, (_, index) =>
    entries.slice(index * RECORDS_PER_CALL, (index + 1) * RECORDS_PER_CALL),
  );
  let records = 0;
  const taken = await paced(ratePerSecond / RECORDS_PER_CALL, seconds, async (call) => {
    await map.setAll(runs[call % runs.length] as [unknown, unknown][]);
    records += RECORDS_PER_CALL;
  });
  return { records, seconds: taken };
}

void main(JSON.parse(process.argv[2] ?? '{}') as LoaderSetup);
