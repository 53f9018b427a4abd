import { type FollowedStream } from '@nearscore/grid';
import { PredictionRecord, predictionSerializer } from '@nearscore/records';
import { eventually, startMember, type TestMember, uniqueName } from '@nearscore/testkit';
import { Client } from 'hazelcast-client';
import { VersionedLane } from '../fixtures/journal/versioned-lane';

const PARTITIONS = 11;
/** Several pages of each partition. */
const RECORDS = 3_000;

let member: TestMember;
let client: Client;
let stream: FollowedStream;
const lanes: VersionedLane[] = [];

function laneStarted(): VersionedLane {
  const uuid = String(client.getCluster().getMembers()[0]?.uuid);
  const lane = new VersionedLane(member, { stream, memberUuid: uuid, partitionCount: PARTITIONS });
  lanes.push(lane);
  return lane;
}

async function put(from: number, to: number, text: string): Promise<void> {
  const entries = Array.from({ length: to - from }, (_, n) => [`key-${from + n}`, `${text} ${from + n}`] as const);
  await (await client.getMap<string, string>(stream.recordMap)).setAll(entries.map(([key, value]) => [key, value]));
}

async function predictions(): Promise<Map<string, PredictionRecord>> {
  return new Map(await (await client.getMap<string, PredictionRecord>(stream.predictionMap)).entrySet());
}

/** How many predictions there are of each epoch. */
async function epochs(): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const { epoch } of (await predictions()).values()) counts[epoch] = (counts[epoch] ?? 0) + 1;
  return counts;
}

/** Records that were scored under epoch 1. */
async function laneWithOlder(): Promise<VersionedLane> {
  const lane = laneStarted();
  await put(0, RECORDS, 'value');
  await eventually(async () => expect(await epochs()).toEqual({ 1: RECORDS }));
  return lane;
}

const ALL_DONE = { before: 2, partitions: PARTITIONS, of: PARTITIONS };

beforeAll(async () => {
  member = await startMember({ partitionCount: PARTITIONS });
  client = await Client.newHazelcastClient({
    clusterName: member.clusterName,
    network: { clusterMembers: [member.address] },
    serialization: { compact: { serializers: [predictionSerializer as never] } },
    properties: { 'hazelcast.logging.level': 'OFF' },
  });
  // A client reads what it has written itself: the grid knows the schema then.
  const any = new PredictionRecord(0, null, [], '', 1, 1, 0, 0n, 0);
  await (await client.getMap(uniqueName('schema'))).set('any', any);
});

afterAll(async () => {
  await client?.shutdown();
  await member?.stop();
});

beforeEach(() => {
  const name = uniqueName('rescored');
  stream = { name, recordMap: `features.${name}`, predictionMap: `predictions.${name}` };
});

afterEach(async () => {
  for (const lane of lanes.splice(0)) await lane.stop();
});

describe('predictions of an older epoch', () => {
  it('are made again for every record, each as of its own event', async () => {
    const lane = await laneWithOlder();
    const before = await predictions();
    lane.deploy(2);
    await eventually(() => expect(lane.status.rescored).toEqual(ALL_DONE));
    const after = await predictions();
    expect(after.size).toBe(RECORDS);
    for (const [key, { epoch, sourceSequence, fingerprint }] of after) {
      const { sourceSequence: sequence, fingerprint: same } = before.get(key) ?? {};
      expect({ key, epoch, sourceSequence, fingerprint }).toEqual({
        ...{ key, epoch: 2 },
        ...{ sourceSequence: sequence, fingerprint: same },
      });
    }
    expect(lane.status.progress).toMatchObject({ rescored: RECORDS, rewinds: 0 });
    expect(lane.news).toEqual([]);
  });

  it('never replace the prediction of what is written or removed meanwhile', async () => {
    const lane = await laneWithOlder();
    const before = await predictions();
    const records = await client.getMap<string, string>(stream.recordMap);
    lane.deploy(2);
    for (let n = 0; n < RECORDS; n += 300) {
      await put(n, n + 100, 'later');
      for (let key = n + 100; key < n + 110; key++) await records.delete(`key-${key}`);
      await put(RECORDS + n, RECORDS + n + 300, 'new');
    }
    await eventually(async () => {
      expect(lane.status).toMatchObject({ rescored: ALL_DONE, unscored: 0 });
      expect(await epochs()).toEqual({ 2: await records.size() });
    });
    const after = await predictions();
    expect([...after.keys()].sort()).toEqual([...(await records.keySet())].sort());
    for (const [key, value] of await records.entrySet()) {
      const was = before.get(key)?.sourceSequence ?? -1;
      const isAsBefore = after.get(key)?.sourceSequence === was;
      expect({ key, isAsBefore }).toEqual({ key, isAsBefore: value.startsWith('value') });
    }
  });

  it('that a lane has left are found by the one that takes over', async () => {
    const lane = await laneWithOlder();
    lane.deploy(2);
    await eventually(() => expect(lane.status.progress.rescored).toBeGreaterThan(0));
    lane.abandon();
    const second = laneStarted();
    second.deploy(2);
    await eventually(() => expect(second.status.rescored).toEqual(ALL_DONE), { timeoutMs: 20_000 });
    expect(await epochs()).toEqual({ 2: RECORDS });
    expect(second.status.progress.rescored).toBeLessThan(RECORDS);
  });
});
