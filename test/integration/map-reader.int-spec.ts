import {
  connectGrid,
  type Grid,
  JournalTail,
  type MapEntry,
  PartitionAccess,
  systemClock,
  type TailNews,
} from '@nearscore/grid';
import { decodeKey } from '@nearscore/records';
import { eventually, startCluster, type TestCluster, uniqueName } from '@nearscore/testkit';

const PARTITIONS = 7;
const JOURNAL_CAPACITY = 30;

jest.setTimeout(90_000);

let cluster: TestCluster;
let grid: Grid;
let access: PartitionAccess;

beforeAll(async () => {
  const journal = { 'event-journal': { enabled: true, capacity: JOURNAL_CAPACITY * PARTITIONS }, 'backup-count': 1 };
  cluster = await startCluster({ partitionCount: PARTITIONS, mapConfig: { 'read.*': journal } });
  grid = await connectGrid({
    members: cluster.members.map(({ address }) => address),
    clusterName: cluster.clusterName,
    clientName: 'map-reader-test',
  });
  access = await PartitionAccess.open(grid, { clientName: 'map-reader-test' });
});

afterAll(async () => {
  access?.close();
  await grid?.close();
  await cluster?.stop();
});

const keysIn = (partition: number, count: number): string[] => {
  const keys: string[] = [];
  for (let n = 0; keys.length < count; n++) if (grid.partitions.partitionOf(`k${n}`) === partition) keys.push(`k${n}`);
  return keys;
};

function tailOf(map: string, partition: number, from: number | 'oldest' | 'newest'): JournalTail {
  return new JournalTail(access.reader, { map, partition, from, maxEvents: 100, replayEvents: 16, clock: systemClock });
}

const keysOf = (news: TailNews): (string | undefined)[] =>
  news.kind === 'events' ? news.events.map(({ key }) => decodeKey(key)) : [news.reason];

describe('journals of any map', () => {
  it('gives puts, updates and removals in order, with their sequences', async () => {
    const name = uniqueName('read.events');
    const map = await grid.jsonMap<number>(name);
    const [key = ''] = keysIn(3, 1);
    await map.set(key, 1);
    await map.set(key, 2);
    await map.delete(key);
    expect(await access.reader.journalRange(name, 3)).toEqual({ oldest: 0, newest: 2 });
    const run = await access.reader.readJournal(name, 3, 0, { max: 10 });
    expect(run).toMatchObject({ first: 0, next: 3 });
    expect(run.events.map(({ sequence, value }) => [sequence, value?.subarray(12).toString()])).toEqual([
      [0, '1'],
      [1, '2'],
      [2, undefined],
    ]);
  });

  it('waits for what comes, until it is told not to', async () => {
    const name = uniqueName('read.wait');
    const map = await grid.jsonMap<number>(name);
    const [key = ''] = keysIn(2, 1);
    const waiting = access.reader.readJournal(name, 2, 0, { max: 10 });
    await map.set(key, 1);
    expect((await waiting).next).toBe(1);
    const abort = new AbortController();
    const aborted = access.reader.readJournal(name, 2, 1, { max: 10, signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
  });

  it('says which events a member has dropped', async () => {
    const name = uniqueName('read.overflow');
    const map = await grid.jsonMap<number>(name);
    const [key = ''] = keysIn(1, 1);
    for (let n = 0; n < JOURNAL_CAPACITY + 5; n++) await map.set(key, n);
    const tail = tailOf(name, 1, 0);
    const news = await tail.next(AbortSignal.timeout(10_000));
    expect(news).toEqual({ kind: 'reset', reason: 'overflow', from: expect.any(Number) });
    const from = news.kind === 'reset' ? news.from : 0;
    expect(keysOf(await tail.next(AbortSignal.timeout(10_000)))).toHaveLength(JOURNAL_CAPACITY + 5 - from);
  });

  it('fails with the reason for a map without a journal', async () => {
    const name = uniqueName('no-journal');
    await (await grid.jsonMap<number>(name)).set('k', 1);
    await expect(access.reader.journalRange(name, 0)).rejects.toThrow(/journal/i);
  });
});

describe('entries of any map', () => {
  it('gives every entry of a partition, page by page', async () => {
    const name = uniqueName('read.entries');
    const map = await grid.jsonMap<number>(name);
    const keys = keysIn(4, 60);
    await map.setAll(keys.map((key, index) => [key, index]));
    const read: MapEntry[] = [];
    let pages = 0;
    let page = await access.reader.readEntries(name, 4, undefined, 25);
    for (; ; page = await access.reader.readEntries(name, 4, page.next, 25)) {
      read.push(...page.entries);
      pages++;
      if (page.next === undefined) break;
    }
    expect(pages).toBeGreaterThan(1);
    expect(read.map(({ key }) => decodeKey(key)).sort()).toEqual([...keys].sort());
  });
});

// The last one: a member is missing afterwards.
describe('a member that dies', () => {
  it('is waited out: every acknowledged write is told of, by the promoted backup too', async () => {
    const name = uniqueName('read.failover');
    const map = await grid.jsonMap<number>(name);
    const victim = cluster.members[1];
    const uuidOf = (port: number | undefined): string | undefined =>
      grid.members().find((member) => member.port === port)?.uuid;
    const its = [...access.ownersByPartition.keys()].filter(
      (partition) => access.ownersByPartition[partition] === uuidOf(victim?.port),
    );
    const partition = its[0] ?? 0;
    const keys = keysIn(partition, 20);
    // A journal that nothing was put into yet: its oldest event is the first one below, however late the tail begins.
    const tail = tailOf(name, partition, 'oldest');
    const seen: (string | undefined)[] = [];
    const stop = new AbortController();
    const reading = (async () => {
      for (;;) seen.push(...keysOf(await tail.next(stop.signal)));
    })();
    for (const key of keys.slice(0, 10)) await map.set(key, 1);
    await eventually(() => expect(seen).toHaveLength(10));
    await victim?.kill('SIGKILL');
    for (const key of keys.slice(10)) await eventually(() => map.set(key, 1), { timeoutMs: 30_000 });
    await eventually(() => expect(new Set(seen)).toEqual(new Set(keys)), { timeoutMs: 30_000 });
    expect(seen.slice(0, 10)).toEqual(keys.slice(0, 10));
    stop.abort(new Error('done'));
    await expect(reading).rejects.toThrow('done');
  });
});
