import { isDeepStrictEqual } from 'node:util';
import { type FollowedStream } from '@nearscore/grid';
import { eventually, startMember, type TestMember, uniqueName } from '@nearscore/testkit';
import { Client, GenericRecords, Fields, HazelcastJsonValue, type IMap } from 'hazelcast-client';
import { ECHO_REPLAY_EVENTS, EchoLane, type EchoLaneSettings } from '../fixtures/journal/echo-lane';
import { startTlsProxy, TEST_CERTIFICATE } from '../fixtures/tls/tls-proxy';

const PARTITIONS = 31;
const SMALL_JOURNAL = 20;
const MIB = 1024 * 1024;

type Values = Record<string, unknown>;

let member: TestMember;
let client: Client;
let uuid: string;
let lane: EchoLane | undefined;

/** For lanes that nobody is to take over from, however busy the machine is. */
const STEADY: Partial<EchoLaneSettings> = { leaseMs: 30_000 };

async function clientOf(target: TestMember): Promise<Client> {
  return Client.newHazelcastClient({
    clusterName: target.clusterName,
    network: { clusterMembers: [target.address] },
    properties: { 'hazelcast.logging.level': 'OFF' },
  });
}

const uuidIn = (of: Client): string => String(of.getCluster().getMembers()[0]?.uuid);

function streamNamed(prefix: string): FollowedStream {
  const name = uniqueName(prefix);
  return { name, recordMap: `features.${name}`, predictionMap: `predictions.${name}` };
}

function laneOn(stream: FollowedStream, more: Partial<EchoLaneSettings> = {}): EchoLane {
  return (lane = new EchoLane(member, { stream, memberUuid: uuid, ...more }));
}

async function write(
  map: IMap<string, unknown>,
  from: number,
  to: number,
  value: (n: number) => unknown,
): Promise<Values> {
  const entries = Array.from(
    { length: to - from },
    (_, index) => [`key-${from + index}`, value(from + index)] as const,
  );
  await map.setAll(entries.map(([key, one]) => [key, one]));
  return Object.fromEntries(entries);
}

/** What lies under all keys of a map, as a user reads it. */
async function contentOf(name: string, of = client): Promise<Values> {
  return Object.fromEntries(await (await of.getMap<string, unknown>(name)).entrySet());
}

/** Lanes share this thread with what looks at them: the differences of thousands of values, told time and again, would stop them. */
async function untilContentIs(name: string, values: Values): Promise<void> {
  const isSo = async (): Promise<void> => expect(isDeepStrictEqual(await contentOf(name), values)).toBe(true);
  await eventually(isSo, { timeoutMs: 30_000, everyMs: 100 }).catch(() => undefined);
  expect(await contentOf(name)).toEqual(values);
}

beforeAll(async () => {
  member = await startMember({
    partitionCount: PARTITIONS,
    heapMb: 512,
    mapConfig: { 'features.small*': { 'event-journal': { enabled: true, capacity: SMALL_JOURNAL * PARTITIONS } } },
  });
  client = await clientOf(member);
  uuid = uuidIn(client);
});

afterEach(async () => {
  await lane?.stop();
  lane = undefined;
});

afterAll(async () => {
  await client?.shutdown();
  await member?.stop();
});

describe('following the journals of a real member', () => {
  it('gives every record its prediction, in whatever format, byte for byte', async () => {
    const stream = streamNamed('formats');
    const formats: readonly ((n: number) => unknown)[] = [
      (n) => `text ${n}`,
      (n) => n + 0.5,
      (n) => Buffer.alloc(n % 50, n),
      (n) => new HazelcastJsonValue(JSON.stringify({ n })),
      (n) => [n, n + 0.25],
      (n) => GenericRecords.compact('sample', { n: Fields.INT32, name: Fields.STRING }, { n, name: `name ${n}` }),
    ];
    laneOn(stream, STEADY);
    const records = await client.getMap<string, unknown>(stream.recordMap);
    await write(records, 0, 2_000, (n) => formats[n % formats.length]?.(n));
    await eventually(() => expect(lane?.status.progress.stored).toBe(2_000));
    const [expected, stored] = [await contentOf(stream.recordMap), await contentOf(stream.predictionMap)];
    expect(Object.keys(stored)).toHaveLength(2_000);
    expect(JSON.stringify(sorted(stored))).toBe(JSON.stringify(sorted(expected)));
    expect(lane?.status).toMatchObject({ unscored: 0, progress: { recordsRead: 2_000, lost: 0, rewinds: 0 } });
  });

  it('takes a removed record’s prediction away', async () => {
    const stream = streamNamed('removals');
    laneOn(stream);
    const records = await client.getMap<string, unknown>(stream.recordMap);
    const values = await write(records, 0, 200, (n) => `v${n}`);
    for (let n = 0; n < 100; n++) await records.delete(`key-${n}`);
    await records.set('key-3', 'put again');
    for (let n = 0; n < 100; n++) if (n !== 3) delete values[`key-${n}`];
    await eventually(async () =>
      expect(await contentOf(stream.predictionMap)).toEqual({ ...values, 'key-3': 'put again' }),
    );
  });

  it('goes on where it stopped: nothing is left out, nothing comes twice but what is replayed', async () => {
    const stream = streamNamed('restart');
    const records = await client.getMap<string, unknown>(stream.recordMap);
    const first = laneOn(stream);
    const values = await write(records, 0, 300, (n) => `v${n}`);
    const writing = (async () => {
      for (let n = 300; n < 1_500; n += 50) Object.assign(values, await write(records, n, n + 50, (m) => `v${m}`));
    })();
    await eventually(() => expect(first.status.progress.stored).toBeGreaterThan(300));
    await first.stop();
    const second = laneOn(stream);
    await writing;
    await eventually(async () => expect(await contentOf(stream.predictionMap)).toEqual(values));
    await eventually(() => expect(second.status.unscored).toBe(0));
    const stored = first.status.progress.stored + second.status.progress.stored;
    expect(stored).toBeGreaterThanOrEqual(1_500);
    // An echo lane cannot tell that what it replays is scored already.
    expect(stored).toBeLessThanOrEqual(1_500 + ECHO_REPLAY_EVENTS * PARTITIONS);
    expect(second.news).toEqual([]);
  });

  it('reads again what a killed lane had not checkpointed', async () => {
    const stream = streamNamed('crash');
    const records = await client.getMap<string, unknown>(stream.recordMap);
    const first = laneOn(stream);
    const values = await write(records, 0, 500, (n) => `v${n}`);
    await eventually(() => expect(first.status.progress.stored).toBeGreaterThan(0));
    first.abandon();
    Object.assign(values, await write(records, 500, 700, (n) => `v${n}`));
    const second = laneOn(stream);
    await eventually(async () => expect(await contentOf(stream.predictionMap)).toEqual(values));
    expect(second.status.progress.lost).toBe(0);
  });
});

describe('a journal that was not read in time', () => {
  it('is made up for from the map, and the loss is counted exactly', async () => {
    const stream = streamNamed('small');
    const records = await client.getMap<string, unknown>(stream.recordMap);
    const first = laneOn(stream, STEADY);
    const values = await write(records, 0, 310, (n) => `before ${n}`);
    await eventually(() =>
      expect(first.status.progress.stored + first.status.progress.rescanned).toBeGreaterThanOrEqual(310),
    );
    await first.stop();
    const lostBefore = first.status.progress.lost;

    const missed = new Map<number, number>();
    for (let n = 0; n < 10_000; n += 1_000) {
      const written = await write(records, n, n + 1_000, (m) => `while away ${m}`);
      Object.assign(values, written);
      for (const key of Object.keys(written)) {
        const partition = client.getPartitionService().getPartitionId(key);
        missed.set(partition, (missed.get(partition) ?? 0) + 1);
      }
    }
    const second = laneOn(stream, STEADY);
    await untilContentIs(stream.predictionMap, values);
    const lost = [...missed.values()].reduce((sum, count) => sum + Math.max(0, count - SMALL_JOURNAL), 0);
    expect(lost).toBeGreaterThan(9_000);
    expect(second.status.progress.lost).toBe(lost);
    expect(second.status.progress.rescans).toEqual(new Map([['overflow', PARTITIONS]]));
    expect(lostBefore).toBe(0);
    // A scan that is not through when its lane stops is the next one's to do again.
    await eventually(() => expect(second.status.unscored).toBe(0));
    await second.stop();

    const third = laneOn(stream, STEADY);
    Object.assign(values, await write(records, 0, 100, (n) => `after ${n}`));
    await untilContentIs(stream.predictionMap, values);
    // It begins where the other stopped, and a few replayed events before that.
    expect(third.status.progress).toMatchObject({ rescanned: 0, lost: 0 });
  });
});

describe('a grid that begins again', () => {
  it('map destroyed while it is followed: what comes afterwards is scored, what is gone is removed', async () => {
    const stream = streamNamed('destroyed');
    const records = await client.getMap<string, unknown>(stream.recordMap);
    laneOn(stream, STEADY);
    const before = await write(records, 0, 1_000, (n) => `v${n}`);
    await untilContentIs(stream.predictionMap, before);
    await records.destroy();
    const again = await client.getMap<string, unknown>(stream.recordMap);
    // More than before: the new journals are longer than what was read of the old ones.
    const after = await write(again, 5_000, 10_000, (n) => `again ${n}`);
    await untilContentIs(stream.predictionMap, after);
    expect(lane?.status.progress.rescans.get('reset')).toBe(PARTITIONS);
  });

  it('member started anew at its address: connects again and notices that sequences began again', async () => {
    const own = await startMember({ partitionCount: 7 });
    const ownClient = await clientOf(own);
    const stream = streamNamed('new-member');
    const records = await ownClient.getMap<string, unknown>(stream.recordMap);
    const followed = new EchoLane(own, { stream, memberUuid: uuidIn(ownClient), partitionCount: 7 });
    await write(records, 0, 100, (n) => `v${n}`);
    await eventually(() => expect(followed.status.progress.stored).toBe(100));
    await ownClient.shutdown();
    await own.kill();
    const next = await startMember({ partitionCount: 7, port: own.port, clusterName: own.clusterName });
    const nextClient = await clientOf(next);
    const values = await write(await nextClient.getMap(stream.recordMap), 500, 520, (n) => `new ${n}`);
    await eventually(async () => expect(await contentOf(stream.predictionMap, nextClient)).toEqual(values), {
      timeoutMs: 20_000,
    });
    expect(followed.troubles).toContain('WIRE_CONNECTION_LOST');
    expect(followed.leases.lost).toBeGreaterThan(0);
    await followed.stop();
    await nextClient.shutdown();
    await next.stop();
  });
});

describe('limits', () => {
  it('large records pass through a small buffer', async () => {
    const stream = streamNamed('large');
    const records = await client.getMap<string, unknown>(stream.recordMap);
    const expected = new Map<string, string>();
    for (let n = 0; expected.size < 24; n++) {
      const key = `large-${n}`;
      if (client.getPartitionService().getPartitionId(key) !== 5) continue;
      const value = Buffer.alloc(MIB, n);
      await records.set(key, value);
      expected.set(key, `${value.length} ${value[0]} ${value[MIB - 1]}`);
    }
    // One reading of the first 24 events would be larger than a message may be.
    laneOn(stream, { connection: { maxMessageBytes: 8 * MIB, highWaterBytes: 2 * MIB } });
    await eventually(() => expect(lane?.status.progress.stored).toBe(24), { timeoutMs: 30_000 });
    const predictions = await client.getMap<string, Buffer>(stream.predictionMap);
    for (const [key, expectation] of expected) {
      const value = await predictions.get(key);
      expect(`${value?.length} ${value?.[0]} ${value?.[MIB - 1]}`).toBe(expectation);
    }
    expect(lane?.news).toContainEqual({
      kind: 'rewind',
      error: expect.objectContaining({ code: 'WIRE_MESSAGE_TOO_LARGE' }),
    });
    expect(lane?.largestBuffer).toBeLessThanOrEqual(32 * MIB);
    await records.destroy();
    await predictions.destroy();
  });

  it('works through a proxy that ends TLS', async () => {
    const proxy = await startTlsProxy(member.port);
    const stream = streamNamed('tls');
    laneOn(stream, { port: proxy.port, connection: { tls: { ca: TEST_CERTIFICATE } } });
    const values = await write(await client.getMap(stream.recordMap), 0, 500, (n) => `v${n}`);
    await eventually(async () => expect(await contentOf(stream.predictionMap)).toEqual(values));
    await lane?.stop();
    await proxy.stop();
  });
});

function sorted(values: Values): [string, unknown][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
