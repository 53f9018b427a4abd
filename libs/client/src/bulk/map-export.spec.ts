import { type ExchangeScript, type ScriptedServer, startScriptedServer } from '@nearscore/testkit';
import { type ExportedPartition, NearscoreApiError, NearscoreClient, NearscoreConnectionError } from '../index';

let server: ScriptedServer;

async function streamTo(...scripts: ExchangeScript[]) {
  server = await startScriptedServer(...scripts);
  return new NearscoreClient({ baseUrl: server.url, retry: { minDelayMs: 1, maxDelayMs: 1 } }).stream('pages');
}

const lines =
  (...answer: object[]): ExchangeScript =>
  ({ response }) => {
    const text = answer.map((line) => `${JSON.stringify(line)}\n`).join('');
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const ended = answer.some((line) => 'done' in line || 'aborted' in line);
    if (ended) response.end(text);
    else response.write(text, () => response.destroy());
  };

const entry = (key: string, partition = 1) => ({ key, partition, value: { n: 1 } });
const done = (partitionDone: number, entries: number) => ({ partitionDone, entries, cursor: `after-${partitionDone}` });
const end = { done: true, entries: 3, lastEventId: 'e1' };

async function keysOf(entries: AsyncIterable<{ key: string | null }>): Promise<(string | null)[]> {
  const keys: (string | null)[] = [];
  for await (const { key } of entries) keys.push(key);
  return keys;
}

afterEach(() => server?.stop());

describe('an export', () => {
  it('gives all entries, and tells its partitions and its end', async () => {
    const told: unknown[] = [];
    const stream = await streamTo(lines(entry('a'), done(1, 1), entry('b', 2), entry('c', 2), done(2, 2), end));
    const onPartition = (partition: ExportedPartition) => void told.push(partition);
    expect(await keysOf(stream.exportRecords({ onPartition, onEnd: (it) => void told.push(it) }))).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(told).toEqual([
      { partition: 1, entries: 1, cursor: 'after-1' },
      { partition: 2, entries: 2, cursor: 'after-2' },
      { entries: 3, lastEventId: 'e1' },
    ]);
    const { url, headers } = server.exchanges[0]!;
    expect([url, headers.accept]).toEqual(['/v1/streams/pages/records', 'application/x-ndjson']);
  });

  it('goes on behind its last whole partition when the connection breaks', async () => {
    const stream = await streamTo(
      lines(entry('a'), done(1, 1), entry('b', 2)),
      lines(entry('b', 2), entry('c', 2), done(2, 2), end),
    );
    expect(await keysOf(stream.exportPredictions())).toEqual(['a', 'b', 'b', 'c']);
    expect(server.exchanges.map(({ url }) => url)).toEqual([
      '/v1/streams/pages/predictions',
      '/v1/streams/pages/predictions?cursor=after-1',
    ]);
  });

  it('goes on where the caller says', async () => {
    const stream = await streamTo(lines(end));
    expect(await keysOf(stream.exportRecords({ cursor: 'a/b' }))).toEqual([]);
    expect(server.exchanges[0]?.url).toBe('/v1/streams/pages/records?cursor=a%2Fb');
  });

  it('that ended early is never taken for a whole one', async () => {
    const stream = await streamTo(lines(entry('a')));
    await expect(keysOf(stream.exportRecords())).rejects.toThrow(NearscoreConnectionError);
    expect(server.exchanges).toHaveLength(4);
  });

  it('tells of what cannot be read, or throws, but never leaves it out', async () => {
    const unreadable = { key: 'b', partition: 1, error: { code: 'GRID_VALUE_UNREADABLE', message: 'no record' } };
    const script = lines(entry('a'), unreadable, entry('c'), done(1, 2), end);
    const told: unknown[] = [];
    const stream = await streamTo(script);
    expect(await keysOf(stream.exportRecords({ onUnreadable: (it) => void told.push(it) }))).toEqual(['a', 'c']);
    expect(told).toEqual([unreadable]);
    await expect(keysOf(stream.exportRecords())).rejects.toMatchObject({ code: 'GRID_VALUE_UNREADABLE' });
    expect(server.exchanges).toHaveLength(2);
  });

  it('that the gateway gives up in the middle is told by its error', async () => {
    const aborted = { code: 'STREAM_NOT_FOUND', message: 'gone', retriable: false, details: {} };
    const stream = await streamTo(lines(entry('a'), { aborted }));
    await expect(keysOf(stream.exportRecords())).rejects.toThrow(NearscoreApiError);
  });

  it('frees its connection by break, and by the signal with its reason', async () => {
    const kept: ExchangeScript = ({ response }) =>
      void response.writeHead(200).write(`${JSON.stringify(entry('a'))}\n`);
    const stream = await streamTo(kept);
    for await (const { key } of stream.exportRecords()) if (key === 'a') break;
    await server.exchanges[0]?.closed;
    const abort = new AbortController();
    const entries = stream.exportRecords({ signal: abort.signal });
    await entries.next();
    const next = entries.next();
    abort.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
    await server.exchanges[1]?.closed;
  });
});
