import {
  connectGrid,
  type Grid,
  type GridMap,
  type GridOptions,
  PartitionAccess,
  type RecordField,
} from '@nearscore/grid';
import { decodeKey, PredictionRecord, predictionSerializer } from '@nearscore/records';
import { eventually, startMember, type TestMember, uniqueName } from '@nearscore/testkit';
import { BigDecimal, Client, GenericRecords, Fields, HazelcastJsonValue, LocalDate } from 'hazelcast-client';
import Long from 'long';

let member: TestMember;
let grid: Grid;
let stock: Client;

const optionsFor = (target: TestMember, more: Partial<GridOptions> = {}): GridOptions => ({
  members: [target.address],
  clusterName: target.clusterName,
  clientName: 'grid-client-test',
  compactSerializers: [predictionSerializer],
  ...more,
});

beforeAll(async () => {
  member = await startMember();
  grid = await connectGrid(optionsFor(member));
  stock = await Client.newHazelcastClient({
    clusterName: member.clusterName,
    network: { clusterMembers: [member.address] },
    properties: { 'hazelcast.logging.level': 'OFF' },
  });
});

afterAll(async () => {
  await stock?.shutdown();
  await grid?.close();
  await member?.stop();
});

describe('connecting', () => {
  it('knows the members and, once ready, the owner of every partition', async () => {
    await grid.partitions.ready();
    const [only, ...others] = grid.members();
    expect(others).toEqual([]);
    expect(only).toMatchObject({ host: '127.0.0.1', port: member.port, version: expect.stringMatching(/^5\./) });
    const owners = Array.from({ length: grid.partitions.count() }, (_, partition) =>
      grid.partitions.ownerOf(partition),
    );
    expect(owners).toEqual(Array.from({ length: 31 }, () => only?.uuid));
    expect(grid.partitions.partitionOf('a-key')).toBe(stock.getPartitionService().getPartitionId('a-key'));
  });

  it('says so when the cluster has another name', async () => {
    const failing = connectGrid(optionsFor(member, { clusterName: 'no-such-cluster', connectTimeoutMs: -1 }));
    await expect(failing).rejects.toMatchObject({
      code: 'GRID_UNAVAILABLE',
      message: expect.stringContaining('refuses the cluster name no-such-cluster'),
    });
  });

  it('gives up after the timeout when no member answers', async () => {
    const failing = connectGrid(optionsFor(member, { members: ['127.0.0.1:1'], connectTimeoutMs: 200 }));
    await expect(failing).rejects.toMatchObject({
      code: 'GRID_UNAVAILABLE',
      message: expect.stringMatching(/127\.0\.0\.1:1: .*ECONNREFUSED/),
    });
  });

  it('sends the log of the client to the logger', async () => {
    const messages: string[] = [];
    const keep = (_fields: object, message: string) => void messages.push(message);
    const logger = { error: keep, warn: keep, info: keep, debug: keep };
    const other = await connectGrid(optionsFor(member, { logger }));
    await other.close();
    expect(messages).toContainEqual(expect.stringContaining('Authenticated with server'));
  });

  it('refuses operations after close and leaves nothing that keeps a process alive', async () => {
    const before = process.getActiveResourcesInfo().filter((kind) => /Timeout|TCPSocket/.test(kind)).length;
    const other = await connectGrid(optionsFor(member));
    const map = await other.jsonMap('nearscore.closing');
    other.partitions.onChanged(() => undefined);
    await other.close();
    expect(other.isConnected()).toBe(false);
    await expect(map.get('a')).rejects.toMatchObject({ code: 'GRID_UNAVAILABLE' });
    await eventually(() => {
      const left = process.getActiveResourcesInfo().filter((kind) => /Timeout|TCPSocket/.test(kind));
      // The one more is the pause of `eventually` itself.
      expect(left.length).toBeLessThanOrEqual(before + 1);
    });
  });
});

describe('JSON maps', () => {
  let map: GridMap<unknown>;
  beforeEach(async () => {
    map = await grid.jsonMap(uniqueName('nearscore.json'));
  });

  it('reads back what it wrote, and others read it as JSON', async () => {
    await map.set('a', { text: 'ü', list: [1, null] });
    expect(await map.get('a')).toEqual({ text: 'ü', list: [1, null] });
    expect(await map.get('b')).toBeUndefined();
    // The stock client parses what lies there as JSON, and only that, into an object.
    expect(await (await stock.getMap<string, object>(map.name)).get('a')).toEqual({ text: 'ü', list: [1, null] });
  });

  it('writes and reads many', async () => {
    await map.setAll([1, 2, 3].map((n) => [`k${n}`, { n }] as const));
    expect(await map.getAll(['k1', 'k3', 'k4'])).toEqual(
      new Map([
        ['k1', { n: 1 }],
        ['k3', { n: 3 }],
      ]),
    );
    expect((await map.keys()).sort()).toEqual(['k1', 'k2', 'k3']);
    expect((await map.entries()).length).toBe(3);
    await map.delete('k2');
    expect(await map.size()).toBe(2);
    await map.clear();
    expect(await map.size()).toBe(0);
  });

  it('pages and counts by prefix, in the order of keys, with names that look like patterns', async () => {
    await map.setAll(['a_b/2', 'a_b/1', 'a_b/3', 'axb/1', 'a_/1', 'b'].map((key) => [key, { key }] as const));
    expect((await map.page({ prefix: 'a_b/', limit: 2 })).map(([key]) => key)).toEqual(['a_b/1', 'a_b/2']);
    expect((await map.page({ limit: 10 })).map(([key]) => key)).toEqual([
      'a_/1',
      'a_b/1',
      'a_b/2',
      'a_b/3',
      'axb/1',
      'b',
    ]);
    expect(await map.count({ prefix: 'a_b/' })).toBe(3);
  });

  it('lets one of two writers create an entry', async () => {
    expect(await Promise.all([map.setIfAbsent('k', { by: 1 }), map.setIfAbsent('k', { by: 2 })])).toEqual(
      expect.arrayContaining([true, false]),
    );
  });

  it('replaces only what is as expected', async () => {
    await map.set('k', { n: 1 });
    expect(await map.replaceIfSame('k', { n: 2 }, { n: 3 })).toBe(false);
    expect(await map.replaceIfSame('k', { n: 1 }, { n: 2 })).toBe(true);
    expect(await map.get('k')).toEqual({ n: 2 });
  });

  it('replaces what another writer spaced and ordered in its own way', async () => {
    const foreign = await stock.getMap<string, HazelcastJsonValue>(map.name);
    await foreign.set('k', new HazelcastJsonValue('{ "b": 1.0,  "a": 2 }'));
    const read = await map.get('k');
    expect(await map.replaceIfSame('k', read, { a: 3 })).toBe(true);
  });

  it('gives one increment per successful compare-and-set under contention', async () => {
    await map.set('n', 0);
    const increment = async (): Promise<void> => {
      const n = (await map.get('n')) as number;
      if (!(await map.replaceIfSame('n', n, n + 1))) await increment();
    };
    await Promise.all(Array.from({ length: 20 }, increment));
    expect(await map.get('n')).toBe(20);
  });

  it('expires an entry by its time to live', async () => {
    await map.set('k', { n: 1 }, 1_000);
    expect(await map.get('k')).toEqual({ n: 1 });
    await eventually(async () => expect(await map.get('k')).toBeUndefined());
  });

  it('tells of changes', async () => {
    const events: unknown[] = [];
    const end = await map.listen({
      added: (key, value) => events.push(['added', key, value]),
      updated: (key, value) => events.push(['updated', key, value]),
      removed: (key) => events.push(['removed', key]),
    });
    await map.set('k', 1);
    await map.set('k', 2);
    await map.delete('k');
    await eventually(() =>
      expect(events).toEqual([
        ['added', 'k', 1],
        ['updated', 'k', 2],
        ['removed', 'k'],
      ]),
    );
    await end();
  });

  it('names the map when a value is not JSON', async () => {
    await (await stock.getMap<string, number[]>(map.name)).set('k', [1, 2]);
    await expect(map.get('k')).rejects.toMatchObject({ code: 'GRID_VALUE_UNREADABLE', details: { map: map.name } });
  });

  it('says that nothing was written when the value has no stored form', async () => {
    await expect(map.set('k', undefined)).rejects.toMatchObject({ code: 'GRID_OPERATION_FAILED' });
  });
});

it('keeps bytes as they are', async () => {
  const map = await grid.binaryMap(uniqueName('nearscore.bytes'));
  const bytes = Buffer.from([0, 255, 128, 10]);
  await map.set('b', bytes);
  expect(await map.get('b')).toEqual(bytes);
});

describe('records', () => {
  const fields: RecordField[] = [
    { name: 'amount', kind: 'float32', nullable: false },
    { name: 'count', kind: 'int64', nullable: false },
    { name: 'country', kind: 'string', nullable: true },
    { name: 'age', kind: 'int32', nullable: true },
    { name: 'member', kind: 'boolean', nullable: false },
  ];
  const values = { amount: 1.5, count: 2n ** 62n, country: 'ch', age: null, member: true };

  it('writes Compact that any client reads as typed fields', async () => {
    const map = await grid.recordMap(uniqueName('features.typed'));
    await map.setCompact('k', 'fraud', fields, values);
    expect(await map.get('k')).toEqual(values);
    const stored = await (await stock.getMap<string, never>(map.name)).get('k');
    expect(stored).toMatchObject({ getFloat32: expect.any(Function) });
    expect((stored as { getFloat32(name: string): number }).getFloat32('amount')).toBe(1.5);
  });

  it('writes arrays of the declared length', async () => {
    const arrays: RecordField[] = [
      { name: 'hours', kind: 'float32', nullable: false, length: 3 },
      { name: 'visits', kind: 'int64', nullable: true, length: 2 },
    ];
    const map = await grid.recordMap(uniqueName('features.arrays'));
    await map.setCompact('k', 'arrays', arrays, { hours: [1, 2.5, 3], visits: [1, 2n ** 53n] });
    await map.setCompact('none', 'arrays', arrays, { hours: [0, 0, 0], visits: null });
    expect(await map.get('k')).toEqual({ hours: [1, 2.5, 3], visits: [1n, 2n ** 53n] });
    expect(await map.get('none')).toEqual({ hours: [0, 0, 0], visits: null });
    const short = map.setCompact('k', 'arrays', arrays, { hours: [1], visits: null });
    await expect(short).rejects.toMatchObject({ message: expect.stringContaining('hours') });
  });

  it('writes many', async () => {
    const map = await grid.recordMap(uniqueName('features.many'));
    const entries = Array.from({ length: 500 }, (_, n) => [`k${n}`, { ...values, amount: n }] as const);
    await map.setAllCompact('fraud', fields, entries);
    expect(await map.size()).toBe(500);
    expect(await map.getAll(['k7', 'none'])).toEqual(new Map([['k7', { ...values, amount: 7 }]]));
    await map.delete('k7');
    expect(await map.get('k7')).toBeUndefined();
  });

  it.each([
    ['an unknown field', { amount: 1, count: 1, member: true, country: 'x', extra: 1 }, 'extra'],
    ['a missing field', { count: 1, member: true }, 'amount'],
    ['a fraction for an integer', { amount: 1, count: 1, member: true, age: 1.5 }, 'age'],
    ['an integer beyond its kind', { amount: 1, count: 2n ** 63n, member: true }, 'count'],
    ['text for a number', { amount: '1', count: 1, member: true }, 'amount'],
  ])('refuses %s by the name of the field', async (_, wrong, field) => {
    const map = await grid.recordMap('features.refused');
    await expect(map.setCompact('k', 'fraud', fields, wrong)).rejects.toMatchObject({
      code: 'GRID_OPERATION_FAILED',
      message: expect.stringContaining(field),
    });
    expect(await map.get('k')).toBeUndefined();
  });

  it('reads every format that others write', async () => {
    const map = await grid.recordMap(uniqueName('features.formats'));
    const other = await stock.getMap<string, unknown>(map.name);
    const nested = GenericRecords.compact('inner', { x: Fields.INT32 }, { x: 1 });
    await other.set('json', new HazelcastJsonValue('{"a": 1, "b": null}'));
    await other.set('doubles', [1.5, 2.5]);
    await other.set(
      'compact',
      GenericRecords.compact(
        'outer',
        {
          longs: Fields.ARRAY_OF_INT64,
          bytes: Fields.ARRAY_OF_INT8,
          inner: Fields.GENERIC_RECORD,
          none: Fields.NULLABLE_INT8,
        },
        { longs: [Long.MIN_VALUE, Long.ONE], bytes: Buffer.from([255, 1]), inner: nested, none: null },
      ),
    );
    expect(await map.get('json')).toEqual({ a: 1, b: null });
    expect(await map.get('doubles')).toEqual([1.5, 2.5]);
    expect(await map.get('compact')).toEqual({
      longs: [-(2n ** 63n), 1n],
      bytes: [-1, 1],
      inner: { x: 1 },
      none: null,
    });
  });

  it('decodes the bytes of every format as it reads them by key', async () => {
    const map = await grid.recordMap(uniqueName('features.bytes'));
    const other = await stock.getMap<string, unknown>(map.name);
    const nested = GenericRecords.compact(uniqueName('inner'), { x: Fields.INT32 }, { x: 1 });
    const fields = { inner: Fields.GENERIC_RECORD, born: Fields.DATE, price: Fields.DECIMAL };
    const price = BigDecimal.fromString('1.50');
    const compact = { inner: nested, born: new LocalDate(2026, 11, 22), price };
    await other.set('json', new HazelcastJsonValue('{"a": [1, null]}'));
    await other.set('doubles', [1.5, 2.5]);
    await other.set('compact', GenericRecords.compact(uniqueName('outer'), fields, compact));
    await other.set('text', 'no record');
    const access = await PartitionAccess.open(grid, { clientName: 'grid-client-test' });
    // Nothing has told this client of the schemas yet.
    for (const key of ['compact', 'json', 'doubles', 'text']) {
      const partition = grid.partitions.partitionOf(key);
      const { entries } = await access.reader.readEntries(map.name, partition, undefined, 100);
      const at = entries.findIndex((entry) => decodeKey(entry.key) === key);
      const decoded = (await map.decode(entries.map(({ value }) => value)))[at];
      if (key === 'text') expect(decoded).toMatchObject({ error: { code: 'GRID_VALUE_UNREADABLE' } });
      else expect(decoded).toEqual({ content: await map.get(key) });
    }
    const [broken] = await map.decode([Buffer.from('00000000ffffffc9ffff', 'hex')]);
    expect(broken).toMatchObject({ error: { code: 'GRID_VALUE_UNREADABLE' } });
    const [unheard] = await map.decode([Buffer.from('00000000ffffffc9000000000000000100000000', 'hex')]);
    expect(unheard).toMatchObject({ error: { code: 'GRID_VALUE_UNREADABLE' } });
    access.close();
  });

  it('writes JSON, and names a format that it does not know', async () => {
    const map = await grid.recordMap(uniqueName('features.json'));
    await map.setJson('json', { a: 1 });
    expect(await map.get('json')).toEqual({ a: 1 });
    await (await stock.getMap<string, string>(map.name)).set('text', 'hello');
    await expect(map.get('text')).rejects.toMatchObject({ code: 'GRID_VALUE_UNREADABLE' });
  });
});

it('reads and writes objects of a registered Compact class, whose type it can make known beforehand', async () => {
  const prediction = new PredictionRecord(0.75, 'bad', [0.25, 0.75], 'fraud', 3, 2, 41, -5n, 1_700_000_000_000);
  await grid.replicateSchema(prediction);
  const map = await grid.objectMap<PredictionRecord>(uniqueName('predictions.objects'));
  await map.set('k', prediction);
  const read = await map.get('k');
  expect(read).toBeInstanceOf(PredictionRecord);
  expect(read).toEqual(prediction);
});
