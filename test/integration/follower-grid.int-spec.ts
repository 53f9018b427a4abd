import { CHECKPOINT_MAP, type PartitionListener, WIRE_DEFAULTS, WireGrid } from '@nearscore/grid';
import { eventually, startMember, type TestMember, uniqueName } from '@nearscore/testkit';
import { Client, type IMap } from 'hazelcast-client';
import { describeFollowerGrid } from '../fixtures/journal/follower-grid-contract';
import { type FollowerGridWorld } from '../fixtures/journal/follower-grid-world';
import { dataOf, keysIn } from '../fixtures/wire/client-hash';

const PARTITIONS = 7;
const PARTITION = 5;
const JOURNAL_CAPACITY = 45;
const KEYS = keysIn(PARTITION, PARTITIONS, 50, 'key-');

let member: TestMember;
let client: Client;
let uuid: string;

beforeAll(async () => {
  const journal = { 'event-journal': { enabled: true, capacity: JOURNAL_CAPACITY * PARTITIONS } };
  member = await startMember({ partitionCount: PARTITIONS, mapConfig: { 'features.contract*': journal } });
  client = await Client.newHazelcastClient({
    clusterName: member.clusterName,
    network: { clusterMembers: [member.address] },
    properties: { 'hazelcast.logging.level': 'OFF' },
  });
  uuid = String(client.getCluster().getMembers()[0]?.uuid);
});

afterAll(async () => {
  await client?.shutdown();
  await member?.stop();
});

async function makeWorld(onDelivered: (refused: boolean) => boolean): Promise<FollowerGridWorld> {
  const name = uniqueName('contract');
  const stream = { name, recordMap: `features.${name}`, predictionMap: `predictions.${name}` };
  const records = () => client.getMap<string, string>(stream.recordMap);
  const entries = await client.getMap<string, unknown>(CHECKPOINT_MAP);
  await entries.clear();
  const { clusterName, host, port } = member;
  let connected = false;
  const grid = new WireGrid(
    { ...WIRE_DEFAULTS, clusterName, clientName: 'contract' },
    { onDelivered, onConnected: () => void (connected = true) },
  );
  const owners = Array.from({ length: PARTITIONS }, () => uuid);
  grid.route([{ uuid, host, port }], owners, [PARTITION]);
  await eventually(() => expect(connected).toBe(true));
  const key = (number: number): string => KEYS[number] as string;
  return {
    ...{ grid, stream, partition: PARTITION, journalCapacity: JOURNAL_CAPACITY },
    keyBytes: (number) => dataOf(key(number)),
    recordBytes: (record) => dataOf(`record ${record}`),
    predictionBytes: (event) => dataOf(JSON.stringify(event)),
    entryBytes: (entry) => dataOf(`entry ${entry}`),
    put: async (number, record) => (await records()).set(key(number), `record ${record}`),
    remove: async (number) => (await records()).delete(key(number)),
    clearRecords: async () => (await records()).clear(),
    destroyRecords: async () => (await records()).destroy(),
    partitionsOfEntries: async () => {
      const service = client.getPartitionService();
      return [...(await entries.keySet())].map((entry) => service.getPartitionId(entry));
    },
    until: (condition) => eventually(() => expect(condition()).toBe(true)),
    close: () => Promise.resolve(grid.close()),
  };
}

describeFollowerGrid('lean connections to a real member', makeWorld);

describe('a prediction map with a shadow', () => {
  let world: FollowerGridWorld;
  beforeEach(async () => (world = await makeWorld(() => false)));
  afterEach(() => world.close());

  /** Removes the predictions of keys 0 and 1 and waits for so many acknowledgements. */
  async function removeTwo(): Promise<number> {
    let acks = 0;
    const [bytes, end] = [Buffer.concat([world.keyBytes(0), world.keyBytes(1)]), world.keyBytes(0).length];
    const listener = { onAck: () => acks++ } as unknown as PartitionListener;
    const channel = world.grid.openChannel(world.stream, world.partition, listener);
    const expected = channel.removePredictions(bytes, [
      [0, end],
      [end, bytes.length],
    ]);
    world.grid.flush();
    await world.until(() => acks === expected);
    return expected;
  }

  it('loses what is removed in both, and is by itself when the shadow is taken away', async () => {
    const { predictionMap } = world.stream;
    const maps = [predictionMap, `${predictionMap}.shadow`].map((name) => client.getMap<string, string>(name));
    const [predictions, shadows] = (await Promise.all(maps)) as [IMap<string, string>, IMap<string, string>];
    const wire = world.grid as WireGrid;
    const fill = () =>
      Promise.all([predictions, shadows].map((map) => map.setAll(KEYS.slice(0, 3).map((key) => [key, 'made']))));
    await fill();
    wire.shadow(predictionMap, `${predictionMap}.shadow`);
    expect(await removeTwo()).toBe(4);
    expect([await predictions.keySet(), await shadows.keySet()]).toEqual([[KEYS[2]], [KEYS[2]]]);
    await fill();
    wire.shadow(predictionMap, undefined);
    expect(await removeTwo()).toBe(2);
    expect([await predictions.size(), await shadows.size()]).toEqual([1, 3]);
  });
});
