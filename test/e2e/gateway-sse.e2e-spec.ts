import { decodeEventId, encodeEventId } from '../../apps/gateway/src/feed/event-id.codec';
import { eventually, exampleModel } from '@nearscore/testkit';
import { callsTo, refused } from '../fixtures/http/gateway-calls';
import { EventReader, type EventReaderOptions, type ServerEvent } from '../fixtures/http/event-reader';
import { FeedStack } from './feed-stack';

const { records } = exampleModel('phishing');
const PARTITIONS = 31;
const JOURNAL_PER_PARTITION = 20;

let stack: FeedStack;
const readers: EventReader[] = [];
const call = callsTo(() => stack.gateway.url);

function listen(stream: string, query = '', options: EventReaderOptions = {}, gateway = stack.gateway): EventReader {
  const reader = new EventReader(stack.listenUrl(stream, query, gateway), options);
  readers.push(reader);
  return reader;
}

/** Listening, so that what is written from now on reaches it. */
async function listening(...args: Parameters<typeof listen>): Promise<EventReader> {
  const reader = listen(...args);
  await eventually(() => expect(reader.lastEventId).not.toBe(''));
  return reader;
}

const resuming = (lastEventId: string): EventReaderOptions => ({ headers: { 'last-event-id': lastEventId } });

async function put(stream: string, count: number, prefix = 'key'): Promise<string[]> {
  const items = Array.from({ length: count }, (_, n) => ({
    key: `${prefix}-${n}`,
    value: records[n % records.length]?.values,
  }));
  await stack.api('POST', `/v1/streams/${stream}/records`, items);
  return items.map(({ key }) => key).sort();
}

const keyOf = ({ data }: ServerEvent): string => String(data['key']);
const keysOf = (reader: EventReader): string[] => reader.named('prediction').map(keyOf).sort();
const brings = (reader: EventReader, keys: readonly string[]) =>
  eventually(() => expect(keysOf(reader)).toEqual(keys), { timeoutMs: 20_000 });

/** So many partitions, from 0 on. */
const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);

beforeAll(async () => {
  const journal = { enabled: true, capacity: JOURNAL_PER_PARTITION * PARTITIONS };
  const mapConfig = { 'predictions.small': { 'event-journal': journal } };
  stack = await FeedStack.start({ mapConfig }, { NEARSCORE_LISTENER_HEARTBEAT_MS: '200' });
  for (const stream of ['live', 'resumed', 'small']) await stack.deploy(stream);
}, 120_000);

afterEach(() => Promise.all(readers.splice(0).map((reader) => reader.close())));
afterAll(() => stack?.stop());

describe('listening', () => {
  test('brings each prediction as GET shows it, with an id of its own', async () => {
    const reader = await listening('live');
    expect(reader).toMatchObject({ status: 200, retry: '1000' });
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    await brings(reader, await put('live', 50));
    for (const event of reader.events) {
      expect(await stack.api('GET', `/v1/streams/live/predictions/${keyOf(event)}`)).toEqual(event.data);
    }
    const ids = reader.events.map(({ id }) => id);
    expect(new Set(ids).size).toBe(50);
    expect(ids).not.toContain(undefined);
  });

  test('positions in ids never go back, and one goes on with each event', async () => {
    const reader = await listening('live');
    await brings(reader, await put('live', 200));
    const vectors = reader.events.map(({ id = '' }) => decodeEventId(id)?.positions ?? []);
    for (const [at, vector] of vectors.entries()) {
      const before = vectors[at - 1];
      if (before === undefined) continue;
      expect(vector).toHaveLength(PARTITIONS);
      expect(vector.map((next, partition) => next - (before[partition] ?? 0)).filter((step) => step !== 0)).toEqual([
        1,
      ]);
      expect(vector.indexOf(Math.max(...vector))).toBeGreaterThanOrEqual(0);
    }
  });

  test('tells of removals', async () => {
    const reader = await listening('live');
    const [key = ''] = await put('live', 1, 'removed');
    await brings(reader, [key]);
    await stack.api('DELETE', `/v1/streams/live/records/${key}`);
    await eventually(() => expect(reader.named('removal')).toHaveLength(1));
    const { partition } = reader.events[0]?.data ?? {};
    expect(reader.named('removal')[0]).toMatchObject({ data: { key, partition }, id: expect.any(String) });
  });

  test('filters by label, score and prefix; more than one label may be named', async () => {
    const all = await listening('live');
    const filters = {
      phishing: await listening('live', '?label=phishing'),
      both: await listening('live', '?label=phishing&label=legitimate'),
      certain: await listening('live', '?minScore=0.9'),
      prefix: await listening('live', '?keyPrefix=b-'),
      together: await listening('live', '?label=phishing&minScore=0.9&keyPrefix=b-'),
    };
    const keys = [...(await put('live', 60, 'a')), ...(await put('live', 60, 'b'))].sort();
    await brings(all, keys);
    const which = (wanted: (event: ServerEvent) => boolean): string[] => all.events.filter(wanted).map(keyOf).sort();
    const phishing = ({ data }: ServerEvent): boolean => data['label'] === 'phishing';
    const certain = ({ data }: ServerEvent): boolean => Number(data['score']) >= 0.9;
    const prefix = (event: ServerEvent): boolean => keyOf(event).startsWith('b-');
    const together = which((event) => phishing(event) && certain(event) && prefix(event));
    expect(together.length).toBeGreaterThan(0);
    expect(which(phishing).length).toBeLessThan(keys.length);
    await brings(filters.phishing, which(phishing));
    await brings(filters.both, keys);
    await brings(filters.certain, which(certain));
    await brings(filters.prefix, which(prefix));
    await brings(filters.together, together);
  });

  test('a listener that is sent nothing learns by heartbeats where it stands', async () => {
    const nothing = await listening('live', '?label=nothing');
    const before = nothing.lastEventId;
    const all = await listening('live');
    await brings(all, await put('live', 10, 'beat'));
    await eventually(() => expect(nothing.lastEventId).toBe(all.lastEventId));
    expect(nothing.lastEventId).not.toBe(before);
    expect({ events: nothing.events, comments: nothing.comments.slice(0, 1) }).toEqual({
      events: [],
      comments: ['heartbeat'],
    });
  });

  test('gives CloudEvents when asked', async () => {
    const plain = await listening('live');
    const reader = await listening('live', '?format=cloudevents');
    const [key = ''] = await put('live', 1, 'cloud');
    await stack.api('DELETE', `/v1/streams/live/records/${key}`);
    await eventually(() => expect([plain, reader].map(({ events }) => events.length)).toEqual([2, 2]));
    const envelope = {
      specversion: '1.0',
      source: '/v1/streams/live',
      subject: key,
      datacontenttype: 'application/json',
    };
    const [prediction, removal] = reader.events.map(({ data }) => data);
    expect(prediction).toEqual({
      ...{ ...envelope, type: 'nearscore.prediction.v1', id: expect.stringMatching(/^[0-9a-f]{8}-\d+-\d+$/) },
      ...{ time: plain.events[0]?.data['scoredAt'], data: plain.events[0]?.data },
    });
    expect(removal).toEqual({
      ...{ ...envelope, type: 'nearscore.prediction.removed.v1', id: expect.any(String), data: plain.events[1]?.data },
    });
    expect(removal?.['id']).not.toBe(prediction?.['id']);
  });

  test.each([
    ['from', '?from=never'],
    ['label', '?label='],
    ['label', `?${'label=a&'.repeat(1000)}`],
    ['minScore', '?minScore=high'],
    ['minScore', '?minScore=1&minScore=2'],
    ['keyPrefix', '?keyPrefix='],
    ['format', '?format=xml'],
    ['filter', '?filter=everything'],
    ['lastEventId', '?lastEventId=garbage'],
    ['constructor', '?constructor=1'],
  ])('refuses a wrong %s by its name', async (parameter, query) => {
    const reader = listen('live', query);
    await reader.ended;
    expect({ status: reader.status, ...reader.error }).toMatchObject({
      ...{ status: 400, code: 'BAD_REQUEST', details: { parameter } },
    });
  });

  test('refuses a garbage Last-Event-ID, a stream that is not deployed, and an Accept that nothing fits', async () => {
    for (const id of ['garbage', '0', '%00', 'x'.repeat(5000)]) {
      const reader = listen('live', '', resuming(id));
      await reader.ended;
      expect({ status: reader.status, ...reader.error }).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    }
    expect(await call('GET', '/v1/streams/nothing/predictions')).toMatchObject(refused(404, 'STREAM_NOT_FOUND'));
    expect(await call('GET', '/v1/streams/NOT%20A%20NAME/predictions')).toMatchObject(refused(400, 'INVALID_NAME'));
    const accept = { accept: 'application/json' };
    const answer = await fetch(stack.listenUrl('live'), { headers: accept });
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({
      ...{ status: 406, body: { error: { code: 'NOT_ACCEPTABLE' } } },
    });
  });

  test('answers HEAD, and ends', async () => {
    const answer = await fetch(stack.listenUrl('live'), { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    await eventually(async () => expect(await stack.metric('nearscore_listeners', 'stream="live"')).toBe(0));
    expect(await call('HEAD', '/v1/streams/nothing/predictions')).toMatchObject({ status: 404 });
  });
});

describe('resuming', () => {
  test('brings what came meanwhile, once, by header or by query, at this gateway or another', async () => {
    const first = await listening('resumed');
    const begin = first.lastEventId;
    await brings(first, await put('resumed', 100, 'before'));
    await first.close();
    const missed = await put('resumed', 100, 'meanwhile');
    const other = await stack.startGateway();
    const resumed = [
      listen('resumed', '', resuming(first.lastEventId)),
      listen('resumed', `?lastEventId=${first.lastEventId}&from=oldest`),
      listen('resumed', '', resuming(first.lastEventId), other),
      // A browser that reconnects sends the header, and the query as it was.
      listen('resumed', `?lastEventId=${begin}`, resuming(first.lastEventId)),
    ];
    for (const reader of resumed) await brings(reader, missed);
    const live = await put('resumed', 100, 'live');
    for (const reader of resumed) await brings(reader, [...missed, ...live].sort());
    expect(new Set(resumed.flatMap(({ events }) => events.map(({ name }) => name)))).toEqual(new Set(['prediction']));
    expect(resumed.flatMap(({ events }) => events.filter(({ id }) => id === undefined))).toEqual([]);
    await other.stop();
  });

  test('brings what a listener has not seen since it began to listen, though it saw no event', async () => {
    const silent = await listening('resumed');
    await silent.close();
    const keys = await put('resumed', 10, 'unseen');
    await brings(listen('resumed', '', resuming(silent.lastEventId)), keys);
  });

  test('from the oldest brings all that is kept, and then what comes', async () => {
    const [all] = [listen('resumed', '?from=oldest')];
    await eventually(() => expect(keysOf(all).length).toBeGreaterThanOrEqual(310));
    await eventually(async () =>
      expect(await stack.metric('nearscore_listeners_catching_up', 'stream="resumed"')).toBe(0),
    );
    const kept = keysOf(all);
    expect(new Set(kept).size).toBe(kept.length);
    const live = await put('resumed', 10, 'after-all');
    await brings(all, [...kept, ...live].sort());
    expect(new Set(all.events.map(({ id }) => id)).size).toBe(all.events.length);
  });

  test.each([
    ['another grid', 'restarted', (id: string) => changed(id, ({ cluster }) => ({ cluster: (cluster ^ 1) >>> 0 }))],
    ['the future', 'restarted', (id: string) => changed(id, () => ({ positions: partitions.map(() => 2 ** 40) }))],
    ['another partition count', 'partitions-changed', (id: string) => changed(id, () => ({ positions: [1, 2, 3] }))],
  ])('from %s is told as %s, and goes on with the oldest', async (_, reason, change) => {
    const all = listen('resumed', '?from=oldest');
    await eventually(() => expect(keysOf(all).length).toBeGreaterThanOrEqual(310));
    const reader = listen('resumed', '', resuming(change(all.lastEventId)));
    await brings(reader, keysOf(all));
    expect(reader.events[0]).toMatchObject({ name: 'reset', data: { reason, partitions }, id: expect.any(String) });
    expect(reader.named('reset')).toHaveLength(1);
    await reader.close();
    await brings(listen('resumed', '', resuming(reader.lastEventId)), []);
  });

  test('after the journal has overwritten the position tells of which partitions, and then the oldest kept', async () => {
    const first = await listening('small');
    await brings(first, await put('small', 31, 'first'));
    await first.close();
    const watching = await listening('small', '?keyPrefix=end');
    for (let round = 0; round < 4; round++) await put('small', JOURNAL_PER_PARTITION * PARTITIONS, 'again');
    await brings(watching, await put('small', PARTITIONS * 10, 'end'));
    const reader = listen('small', '', resuming(first.lastEventId));
    await eventually(() => expect(reader.named('prediction').length).toBeGreaterThan(0));
    const resets = reader.named('reset');
    expect(resets[0]).toMatchObject({ data: { reason: 'overflow' } });
    expect(reader.events[0]).toBe(resets[0]);
    const gone = resets.flatMap(({ data }) => data['partitions'] as number[]);
    expect(new Set(gone).size).toBe(PARTITIONS);
    await eventually(() =>
      expect(keysOf(reader).length).toBeGreaterThanOrEqual((JOURNAL_PER_PARTITION - 1) * PARTITIONS),
    );
    expect(await stack.metric('nearscore_listener_resets_total', 'stream="small",reason="overflow"')).toBeGreaterThan(
      0,
    );
  });
});

function changed(id: string, change: (position: NonNullable<ReturnType<typeof decodeEventId>>) => object): string {
  const position = decodeEventId(id);
  if (position === undefined) throw new Error('no id');
  return encodeEventId({ ...position, ...change(position) });
}
