import {
  type ConsumerBatch,
  type ConsumerNews,
  type ConsumerOptions,
  type ConsumerReset,
  connectGrid,
  type Grid,
  type RunningConsumer,
  startConsumer,
} from '@nearscore/grid';
import { decodeKey } from '@nearscore/records';
import { eventually, startCluster, startMember, type TestMember, uniqueName } from '@nearscore/testkit';
import { Client, type IMap } from 'hazelcast-client';

const PARTITIONS = 7;
const JOURNAL_PER_PARTITION = 60;

let member: TestMember;
let client: Client;
let group: string;
let map: IMap<string, string>;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  const small = { 'event-journal': { enabled: true, capacity: JOURNAL_PER_PARTITION * PARTITIONS } };
  const mapConfig = { 'predictions.small*': small, 'predictions.silent*': { 'event-journal': { enabled: false } } };
  member = await startMember({ partitionCount: PARTITIONS, mapConfig });
  client = await clientOf(member);
});

afterAll(async () => {
  await client?.shutdown();
  await member?.stop();
});

beforeEach(async () => {
  group = uniqueName('group');
  map = await client.getMap(`predictions.${uniqueName('usual')}`);
});

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function clientOf({ clusterName, address }: TestMember): Promise<Client> {
  return Client.newHazelcastClient({
    clusterName,
    network: { clusterMembers: [address] },
    properties: { 'hazelcast.logging.level': 'OFF' },
  });
}

/** One consumer of the group with all that reached it: `key=value`, `key-` for a removal. */
class Listener {
  readonly seen: string[] = [];
  readonly batches: ConsumerBatch[] = [];
  readonly resets: ConsumerReset[] = [];
  readonly news: ConsumerNews[] = [];
  failures = 0;
  gate: Promise<void> | undefined;
  private grid!: Grid;
  private consumer!: RunningConsumer;

  async start(options: Partial<ConsumerOptions> = {}, { clusterName, address } = member): Promise<this> {
    this.grid = await connectGrid({ members: [address], clusterName, clientName: 'listener' });
    const terms = { group, maps: [map.getName()], leaseMs: 1_000, heartbeatMs: 200, checkpointIntervalMs: 50 };
    this.consumer = await startConsumer(this.grid, { ...terms, ...options }, this, (news) => this.news.push(news));
    open.push(this);
    return this;
  }

  async batch(batch: ConsumerBatch): Promise<void> {
    this.batches.push(batch);
    await this.gate;
    if (this.failures-- > 0) throw new Error('as the test wants');
    for (const { events } of batch.parts) {
      for (const { key, value } of events) {
        this.seen.push(`${decodeKey(key)}${value ? `=${value.toString('utf8', 12)}` : '-'}`);
      }
    }
  }

  reset(reset: ConsumerReset): Promise<void> {
    this.resets.push(reset);
    return Promise.resolve();
  }

  held(): number {
    return this.consumer.status().held;
  }

  async close(): Promise<void> {
    if (open.includes(this)) open.splice(open.indexOf(this), 1);
    await this.consumer.close();
    await this.grid.close();
  }
}

async function put(from: number, to: number): Promise<string[]> {
  const entries = Array.from({ length: to - from }, (_, n): [string, string] => [`k${from + n}`, `v${from + n}`]);
  await map.setAll(entries);
  return entries.map(([key, value]) => `${key}=${value}`);
}

describe('a consumer', () => {
  it('gets every change of a map, in order per key, removals too', async () => {
    const listener = await new Listener().start();
    for (let round = 0; round < 20; round++) await map.set('a', String(round));
    await map.delete('a');
    await map.set('b', 'x');
    const ofA = [...Array.from({ length: 20 }, (_, round) => `a=${round}`), 'a-'];
    await eventually(() => expect([...listener.seen].sort()).toEqual([...ofA, 'b=x'].sort()));
    expect(listener.seen.filter((one) => one.startsWith('a'))).toEqual(ofA);
    expect(listener.batches.every(({ isRedelivery }) => !isRedelivery)).toBe(true);
  });

  it('goes on where it was when it was closed, without repeating anything', async () => {
    const first = await put(0, 200);
    const before = await new Listener().start();
    await eventually(() => expect([...before.seen].sort()).toEqual([...first].sort()));
    await before.close();
    const second = await put(200, 300);
    const after = await new Listener().start();
    await eventually(() => expect([...after.seen].sort()).toEqual([...second].sort()));
    await put(300, 301);
    await eventually(() => expect(after.seen).toHaveLength(101));
    expect(after.resets).toEqual([]);
  });

  it('finishes the batch that it is handling before it closes, and hands nothing more over', async () => {
    let release = (): void => undefined;
    const listener = new Listener();
    listener.gate = new Promise((resolve) => (release = resolve));
    const all = await put(0, 400);
    await listener.start({ maxBatch: 50 });
    await eventually(() => expect(listener.batches).toHaveLength(1));
    const closing = listener.close();
    await eventually(() => expect(listener.held()).toBe(listener.batches[0]?.parts.length));
    release();
    await closing;
    expect(listener.batches).toHaveLength(1);
    expect(listener.seen).toHaveLength(listener.batches[0]?.count ?? 0);
    const next = await new Listener().start();
    await eventually(() => expect([...listener.seen, ...next.seen].sort()).toEqual([...all].sort()));
  });

  it('gets a batch again that it rejected, and nothing is lost', async () => {
    const listener = new Listener();
    listener.failures = 2;
    const all = await put(0, 100);
    await listener.start();
    await eventually(() => expect([...listener.seen].sort()).toEqual([...all].sort()));
    const [first, second, third] = listener.batches;
    expect(second).toEqual({ ...first, isRedelivery: true });
    expect(third).toEqual(second);
  });

  it('takes no more in one batch than it wants', async () => {
    const all = await put(0, 500);
    const listener = await new Listener().start({ maxBatch: 150 });
    await eventually(() => expect(listener.seen).toHaveLength(all.length));
    expect(Math.max(...listener.batches.map(({ count }) => count))).toBeLessThanOrEqual(150);
    expect(Math.max(...listener.batches.map(({ parts }) => parts.length))).toBeGreaterThan(1);
  });

  it('begins with what comes from now on, when it is told so', async () => {
    await put(0, 50);
    const listener = await new Listener().start({ startFrom: 'newest' });
    await eventually(() => expect(listener.held()).toBe(PARTITIONS));
    await listener.close();
    const later = await put(50, 60);
    const next = await new Listener().start({ startFrom: 'newest' });
    await eventually(() => expect([...next.seen].sort()).toEqual([...later].sort()));
  });

  it('is told that events were dropped while nobody listened, before those that are left', async () => {
    map = await client.getMap(`predictions.${uniqueName('small')}`);
    await put(0, 10);
    const before = await new Listener().start();
    await eventually(() => expect(before.seen).toHaveLength(10));
    await before.close();
    for (let round = 0; round < 3; round++) await put(0, 2 * JOURNAL_PER_PARTITION * PARTITIONS);
    const after = await new Listener().start();
    await eventually(() => expect(after.seen.length).toBeGreaterThanOrEqual(JOURNAL_PER_PARTITION * PARTITIONS));
    const told = after.resets.flatMap(({ reason, partitions }) => partitions.map((one) => `${reason} ${one}`));
    expect(told.sort()).toEqual(Array.from({ length: PARTITIONS }, (_, one) => `overflow ${one}`));
    expect(after.resets[0]).toMatchObject({ map: map.getName(), reason: 'overflow' });
    await after.close();
  });

  it('is told that the map was destroyed while nobody listened', async () => {
    await put(0, 100);
    const before = await new Listener().start();
    await eventually(() => expect(before.seen).toHaveLength(100));
    await before.close();
    await map.destroy();
    map = await client.getMap(map.getName());
    const all = await put(1000, 1200);
    const after = await new Listener().start();
    await eventually(() => expect([...after.seen].sort()).toEqual([...all].sort()));
    expect(new Set(after.resets.map(({ reason }) => reason))).toEqual(new Set(['restarted']));
    expect(after.resets.flatMap(({ partitions }) => partitions)).toHaveLength(PARTITIONS);
  });

  it('refuses options that cannot work and a map without a journal', async () => {
    const listener = new Listener();
    await expect(listener.start({ group: 'No', leaseMs: 1.5 })).rejects.toMatchObject({
      code: 'CONSUMER_OPTIONS_INVALID',
      details: { issues: { group: expect.any(String), leaseMs: expect.any(String) } },
    });
    const silent = `predictions.${uniqueName('silent')}`;
    await expect(new Listener().start({ maps: [silent] })).rejects.toMatchObject({
      code: 'MAP_WITHOUT_JOURNAL',
      details: { map: silent },
    });
  });
});

describe('consumers of one group', () => {
  it('share the partitions: each event reaches one of them', async () => {
    const [one, two] = [await new Listener().start(), await new Listener().start()];
    await eventually(() => {
      expect(one.held() + two.held()).toBe(PARTITIONS);
      expect(Math.min(one.held(), two.held())).toBeGreaterThan(0);
    });
    const all = await put(0, 500);
    await eventually(() => expect([...one.seen, ...two.seen].sort()).toEqual([...all].sort()));
    expect(one.seen).not.toEqual([]);
    expect(two.seen).not.toEqual([]);
  });

  it('hand over without a repeat when one of them comes or goes', async () => {
    const one = await new Listener().start();
    const expected = await put(0, 100);
    const two = await new Listener().start();
    await eventually(() => expect(two.held()).toBeGreaterThan(0));
    expected.push(...(await put(100, 200)));
    await eventually(() => expect(one.seen.length + two.seen.length).toBe(200));
    await two.close();
    expected.push(...(await put(200, 300)));
    await eventually(() => expect(one.held()).toBe(PARTITIONS));
    await eventually(() => expect([...one.seen, ...two.seen].sort()).toEqual([...expected].sort()));
  });

  it('are told of one that consumes other maps', async () => {
    const one = await new Listener().start();
    const other = `predictions.${uniqueName('other')}`;
    await new Listener().start({ maps: [other] });
    const news = { kind: 'other-maps', consumer: expect.stringMatching(/#/), maps: [other] };
    await eventually(() => expect(one.news).toContainEqual(news));
  });
});

describe('consumers of several groups', () => {
  it('get everything each', async () => {
    const one = await new Listener().start({ group: `${group}-1` });
    const two = await new Listener().start({ group: `${group}-2` });
    const all = [...(await put(0, 100))].sort();
    await eventually(() => expect([[...one.seen].sort(), [...two.seen].sort()]).toEqual([all, all]));
  });
});

describe('a member that dies', () => {
  it('takes no event with it that it had acknowledged', async () => {
    const cluster = await startCluster({ partitionCount: PARTITIONS });
    const [first, second] = cluster.members as [TestMember, TestMember];
    const writer = await clientOf(second);
    map = await writer.getMap(map.getName());
    const listener = await new Listener().start({}, second);
    let writing = true;
    const acknowledged: string[] = [];
    const write = async (): Promise<void> => {
      for (let n = 0; writing; n++) {
        const done = await map.set(`k${n}`, `v${n}`).then(
          () => true,
          () => false,
        );
        if (done) acknowledged.push(`k${n}=v${n}`);
      }
    };
    const written = write();
    await eventually(() => expect(listener.seen.length).toBeGreaterThan(200));
    await first.kill();
    const before = acknowledged.length;
    await eventually(() => expect(acknowledged.length).toBeGreaterThan(before + 200), { timeoutMs: 40_000 });
    writing = false;
    await written;
    await eventually(() => expect(acknowledged.filter((one) => !listener.seen.includes(one))).toEqual([]));
    expect(listener.resets).toEqual([]);
    await listener.close();
    await writer.shutdown();
    await cluster.stop();
  });
});

describe('a grid that is started anew', () => {
  it('is told to those who were listening, and they go on', async () => {
    const listener = await new Listener().start();
    await put(0, 100);
    await eventually(() => expect(listener.seen).toHaveLength(100));
    const { clusterName, port } = member;
    await client.shutdown();
    await member.kill();
    member = await startMember({ partitionCount: PARTITIONS, clusterName, port });
    client = await clientOf(member);
    map = await client.getMap(map.getName());
    const all = await put(500, 600);
    await eventually(() => expect([...listener.seen.slice(100)].sort()).toEqual([...all].sort()), {
      timeoutMs: 40_000,
    });
    expect(new Set(listener.resets.map(({ reason }) => reason))).toEqual(new Set(['restarted']));
    expect(listener.resets.flatMap(({ partitions }) => partitions).sort()).toEqual([...Array(PARTITIONS).keys()]);
  });
});
