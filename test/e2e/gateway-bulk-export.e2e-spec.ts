import { connect } from 'node:net';
import { eventually, exampleModel } from '@nearscore/testkit';
import { HazelcastJsonValue } from 'hazelcast-client';
import Long from 'long';
import { type Stack, startStack } from './stack';

const phishing = exampleModel('phishing');
const values = phishing.records[0]!.values as Record<string, number>;
const RECORDS = '/v1/streams/phishing/records';
const PREDICTIONS = '/v1/streams/phishing/predictions';
const NDJSON = 'application/x-ndjson';
const COUNT = 20_000;

interface Line {
  readonly key?: string | null;
  readonly keyData?: string;
  readonly partition?: number;
  readonly value?: Record<string, unknown>;
  readonly score?: number;
  readonly error?: { code: string };
  readonly partitionDone?: number;
  readonly entries?: number;
  readonly cursor?: string;
  readonly done?: boolean;
  readonly lastEventId?: string;
}

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
  await stack.deployExample('phishing', 1);
  expect(await importLines(recordsFrom(0, COUNT))).toMatchObject({ lines: COUNT, written: COUNT });
  await eventually(async () => expect(await countOf('predictions')).toBe(COUNT), { timeoutMs: 60_000 });
}, 180_000);
afterAll(() => stack?.stop());

const keyOf = (index: number) => `record-${index}`;
const valueOf = (index: number) => ({ ...values, is_popular: Math.fround((index % 1000) / 1000) });

function* recordsFrom(first: number, count: number): Generator<{ key: string; value: unknown }> {
  for (let i = first; i < first + count; i++) yield { key: keyOf(i), value: valueOf(i) };
}

const textOf = (lines: Iterable<object>) => [...lines].map((line) => `${JSON.stringify(line)}\n`).join('');

async function importLines(lines: Iterable<object>, path = RECORDS): Promise<unknown> {
  const headers = { 'content-type': NDJSON };
  return (await fetch(stack.gateway.url + path, { method: 'POST', headers, body: textOf(lines) })).json();
}

async function countOf(map: 'features' | 'predictions'): Promise<number> {
  return (await stack.client.getMap(`${map}.phishing`)).size();
}

const get = (path: string, accept = NDJSON) => fetch(stack.gateway.url + path, { headers: { accept } });

async function exported(path: string): Promise<Line[]> {
  const response = await get(path);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, NDJSON]);
  const text = await response.text();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

const entriesOf = (lines: readonly Line[]) => lines.filter((line) => line.key !== undefined);
const donesOf = (lines: readonly Line[]) => lines.filter((line) => line.partitionDone !== undefined);
const byKey = (lines: readonly Line[]) => new Map(entriesOf(lines).map((line) => [line.key, line]));

describe('an export', () => {
  test('holds every record once, each behind its partition', async () => {
    const lines = await exported(RECORDS);
    const entries = entriesOf(lines);
    expect(entries).toHaveLength(COUNT);
    expect(new Set(entries.map(({ key }) => key)).size).toBe(COUNT);
    for (const line of [0, 1, COUNT - 1].map((at) => byKey(lines).get(keyOf(at)))) {
      expect(line).toEqual({ key: line?.key, partition: expect.any(Number), value: expect.any(Object) });
    }
    expect(byKey(lines).get(keyOf(7))?.value).toEqual(valueOf(7));
    expect(donesOf(lines).map(({ partitionDone }) => partitionDone)).toEqual([...donesOf(lines).keys()]);
    let partition = 0;
    for (const line of lines) {
      if (line.partitionDone !== undefined) partition = line.partitionDone + 1;
      else if (line.key !== undefined) expect(line.partition).toBe(partition);
    }
    expect(lines.at(-1)).toEqual({ done: true, entries: COUNT });
    expect(donesOf(lines).reduce((sum, { entries: count = 0 }) => sum + count, 0)).toBe(COUNT);
  });

  test('of predictions gives them as they are read by key', async () => {
    const lines = await exported(PREDICTIONS);
    expect(entriesOf(lines)).toHaveLength(COUNT);
    const line = byKey(lines).get(keyOf(3));
    expect(line).toEqual(await (await get(`${PREDICTIONS}/${keyOf(3)}`, 'application/json')).json());
    expect(lines.at(-1)).toEqual({ done: true, entries: COUNT, lastEventId: expect.any(String) });
  });

  test('goes on behind a cursor', async () => {
    for (const path of [RECORDS, PREDICTIONS]) {
      const whole = await exported(path);
      const middle = donesOf(whole)[11]!;
      const rest = await exported(`${path}?cursor=${encodeURIComponent(middle.cursor!)}`);
      const first = whole.slice(0, whole.indexOf(middle) + 1);
      expect([...byKey([...first, ...rest]).keys()].sort()).toEqual([...byKey(whole).keys()].sort());
      expect(entriesOf(first).length + entriesOf(rest).length).toBe(COUNT);
      expect(rest.at(-1)).toMatchObject({ done: true, entries: entriesOf(rest).length });
      const last = donesOf(whole).at(-1)!;
      expect(await exported(`${path}?cursor=${last.cursor}`)).toMatchObject([{ done: true, entries: 0 }]);
    }
  });

  test.each(['', 'x', 'x.y', 'AAAAAAAA.AQAAAAA', '%00', 'x'.repeat(5000)])('refuses the cursor %#', async (cursor) => {
    const response = await get(`${RECORDS}?cursor=${cursor}`);
    expect({ status: response.status, json: await response.json() }).toMatchObject({
      status: 400,
      json: { error: { code: 'CURSOR_INVALID' } },
    });
  });

  test('refuses the cursor of another export', async () => {
    const [first] = donesOf(await exported(PREDICTIONS));
    const response = await get(`${RECORDS}?cursor=${first?.cursor}`);
    expect(await response.json()).toMatchObject({ error: { code: 'CURSOR_INVALID' } });
  });

  test.each([
    ['of no stream', '/v1/streams/none/records', NDJSON, 404, 'STREAM_NOT_FOUND'],
    ['as something else', RECORDS, 'text/csv', 406, 'NOT_ACCEPTABLE'],
  ])('%s is refused', async (_what, path, accept, status, code) => {
    const response = await get(path, accept);
    expect({ status: response.status, json: await response.json() }).toMatchObject({
      status,
      json: { error: { code } },
    });
  });

  test('HEAD reads nothing and holds nothing', async () => {
    for (let i = 0; i < 20; i++) {
      for (const path of [RECORDS, PREDICTIONS]) {
        const headers = { accept: NDJSON };
        const { status } = await fetch(stack.gateway.url + path, { method: 'HEAD', headers });
        expect(status).toBe(200);
      }
    }
  });

  test('imported into another stream is the same', async () => {
    await stack.deployExample('phishing', 1, 'copy');
    const lines = await exported(RECORDS);
    const copies = entriesOf(lines).map(({ key, value }) => ({ key, value }));
    expect(await importLines(copies, '/v1/streams/copy/records')).toMatchObject({ written: COUNT, failed: 0 });
    expect(sorted(await exported('/v1/streams/copy/records'))).toEqual(sorted(lines));
    const [original, copy] = await Promise.all([RECORDS, '/v1/streams/copy/records'].map(storedBytes));
    expect(copy).toEqual(original);
  });

  const sorted = (lines: readonly Line[]) =>
    entriesOf(lines).sort((a, b) => String(a.key).localeCompare(String(b.key)));

  /** Of some records: the stock client compares what is stored. */
  async function storedBytes(path: string): Promise<unknown> {
    const map = await stack.client.getMap<string, { getFloat32(name: string): number }>(
      `features.${path.split('/')[3]}`,
    );
    return (await map.getAll([1, 2, 3].map(keyOf)))
      .map(([key, record]) => [key, record.getFloat32('is_popular')])
      .sort();
  }
});

test('records and keys of every format, and what is no record', async () => {
  const map = await stack.client.getMap<unknown, unknown>('features.phishing');
  const floats = await stack.floatClient.getMap<unknown, unknown>('features.phishing');
  await map.set('as-json', new HazelcastJsonValue('{"a": 1, "b": [true, null]}'));
  await map.set('as-doubles', [1.5, -2]);
  await floats.set('as-floats', [0.1, 2]);
  await map.set(Long.fromString('9007199254740993'), new HazelcastJsonValue('{}'));
  await map.set(true, new HazelcastJsonValue('{}'));
  await map.set('as-text', 'no record');
  const lines = await exported(RECORDS);
  const found = byKey(lines);
  expect(found.get('as-json')).toMatchObject({ value: { a: 1, b: [true, null] } });
  expect(found.get('as-doubles')).toMatchObject({ value: [1.5, -2] });
  expect(found.get('as-floats')).toMatchObject({ value: [Math.fround(0.1), 2] });
  expect(found.get('9007199254740993')).toMatchObject({ value: {} });
  expect(found.get(null)).toMatchObject({ key: null, keyData: expect.any(String), value: {} });
  expect(found.get('as-text')).toMatchObject({ error: { code: 'GRID_VALUE_UNREADABLE', message: expect.any(String) } });
  expect(lines.at(-1)).toEqual({ done: true, entries: COUNT + 6 });
  for (const key of ['as-json', 'as-doubles', 'as-floats', 'as-text', true]) await map.delete(key);
  await map.delete(Long.fromString('9007199254740993'));
});

test('what does not change while others are written is there exactly once', async () => {
  const writing = new AbortController();
  const writes = writeOthers(writing.signal);
  for (let round = 0; round < 2; round++) {
    const entries = entriesOf(await exported(RECORDS));
    expect(new Set(entries.map(({ key }) => key)).size).toBe(entries.length);
    const stable = entries.filter(({ key }) => key?.startsWith('record-'));
    expect(stable).toHaveLength(COUNT);
  }
  writing.abort();
  expect(await writes).toBeGreaterThan(10_000);
}, 120_000);

/** New keys, so that the map's tables grow while they are read, and then other values of these. */
async function writeOthers(signal: AbortSignal): Promise<number> {
  let written = 0;
  while (!signal.aborted || written <= 10_000) {
    const lines = Array.from({ length: 2_000 }, (_, i) => ({ key: `other-${(written + i) % 30_000}`, value: values }));
    await importLines(lines);
    written += lines.length;
  }
  return written;
}

test('a client that leaves ends its export', async () => {
  const head = `GET ${RECORDS} HTTP/1.1\r\nHost: g\r\nAccept: ${NDJSON}\r\n\r\n`;
  for (let i = 0; i < 20; i++) {
    const socket = connect(stack.gateway.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(head);
    await new Promise((resolve) => socket.once('readable', resolve));
    socket.destroy();
  }
  // More than there are slots: each was given back.
  await eventually(async () => expect((await exported(RECORDS)).at(-1)).toMatchObject({ done: true }));
});

test('an export and the events from its end on miss nothing', async () => {
  const writing = importLines(recordsFrom(COUNT, 5_000));
  const lines = await exported(PREDICTIONS);
  await writing;
  const seen = new Set(entriesOf(lines).map(({ key }) => key));
  const stopping = new AbortController();
  const { lastEventId = '' } = lines.at(-1) ?? {};
  const response = await fetch(`${stack.gateway.url}${PREDICTIONS}?keyPrefix=record-`, {
    headers: { accept: 'text/event-stream', 'last-event-id': lastEventId },
    signal: stopping.signal,
  });
  const missing = () => [...recordsFrom(0, COUNT + 5_000)].filter(({ key }) => !seen.has(key));
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      expect(event).not.toContain('event: reset');
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data !== undefined) seen.add((JSON.parse(data) as Line).key);
    }
    if (missing().length === 0) break;
  }
  stopping.abort();
  expect(missing()).toEqual([]);
}, 120_000);
