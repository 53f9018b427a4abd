import { eventually, type ExchangeScript, type ScriptedServer, startScriptedServer } from '@nearscore/testkit';
import { NearscoreApiError, NearscoreClient, NearscoreConnectionError, UnexpectedAnswerError } from '../index';
import { type FeedDisconnect, type FeedOptions, type FeedReset } from './feed.options';

const stored = { partition: 3, score: 0.9, label: 'phishing', scores: [0.1, 0.9], model: 'm', version: 1, epoch: 1 };
const told = (key: string | null) => ({ key, ...stored, sourceSequence: 41, scoredAt: '2026-11-22T10:00:00.000Z' });
const eventOf = (type: string, data: unknown, id?: string) =>
  `event: ${type}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
const predictionOf = (key: string, id?: string) => eventOf('prediction', told(key), id);

/** Many connections on a busy machine. */
jest.setTimeout(30_000);

let server: ScriptedServer;

async function streamTo(...scripts: ExchangeScript[]) {
  server = await startScriptedServer(...scripts);
  return new NearscoreClient({ baseUrl: server.url, retry: { maxDelayMs: 1 } }).stream('pages');
}

/** Sends these and keeps the connection; `retry` is as short as the client takes it. */
const tell =
  (...texts: string[]): ExchangeScript =>
  ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const text of ['retry: 1\n\n', ...texts]) response.write(text);
  };

const tellAndBreak =
  (...texts: string[]): ExchangeScript =>
  ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`retry: 1\n\n${texts.join('')}`, () => response.destroy());
  };

/** The keys of the first `count` predictions, and the position behind the last. */
async function keysOf(options: FeedOptions & { count: number }, ...scripts: ExchangeScript[]) {
  const keys: (string | null)[] = [];
  let position: string | undefined;
  for await (const { key, lastEventId } of (await streamTo(...scripts)).predictions(options)) {
    position = lastEventId;
    if (keys.push(key) === options.count) break;
  }
  return { keys, position };
}

const positionsAsked = () => server.exchanges.map(({ headers }) => headers['last-event-id']);

afterEach(() => server?.stop());

describe('predictions', () => {
  it('come as they are told, with the position behind each', async () => {
    const stream = await streamTo(tell(predictionOf('a', '1'), predictionOf('b')));
    const predictions = stream.predictions({ from: 'oldest', label: ['x', 'y'], minScore: 0.5, keyPrefix: 'ü&' });
    expect((await predictions.next()).value).toEqual({ ...told('a'), lastEventId: '1' });
    expect((await predictions.next()).value).toEqual({ ...told('b'), lastEventId: '1' });
    await predictions.return();
    const { url, headers } = server.exchanges[0]!;
    expect(url).toBe('/v1/streams/pages/predictions?from=oldest&label=x&label=y&minScore=0.5&keyPrefix=%C3%BC%26');
    expect(headers.accept).toBe('text/event-stream');
  });

  it('go on behind the last one when a connection breaks, even within an event', async () => {
    const half = predictionOf('b', '2').slice(0, -20);
    const first = tellAndBreak(predictionOf('a', '1'), half);
    const { keys, position } = await keysOf({ count: 2 }, first, tell(predictionOf('b', '2')));
    expect([keys, position]).toEqual([['a', 'b'], '2']);
    expect(positionsAsked()).toEqual([undefined, '1']);
  });

  it('go on where the caller says, and ask again from there until something comes', async () => {
    const options = { lastEventId: '7', count: 1 };
    const { keys } = await keysOf(options, tellAndBreak(), tellAndBreak(), tell(predictionOf('a', '8')));
    expect(keys).toEqual(['a']);
    expect(positionsAsked()).toEqual(['7', '7', '7']);
  });

  it('follow positions that were told without an event', async () => {
    const { keys } = await keysOf({ count: 1 }, tellAndBreak('id: 5\n\n'), tell(predictionOf('a', '6')));
    expect(keys).toEqual(['a']);
    expect(positionsAsked()).toEqual([undefined, '5']);
  });

  it.each(['slow-reader', 'shutdown'])('go on when the gateway closes the connection: %s', async (reason) => {
    const disconnects: FeedDisconnect[] = [];
    const closing: ExchangeScript = ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`retry: 1\n\n${predictionOf('a', '1')}${eventOf('close', { reason })}`);
    };
    const onDisconnect = (disconnect: FeedDisconnect) => void disconnects.push(disconnect);
    const { keys } = await keysOf({ count: 2, onDisconnect }, closing, tell(predictionOf('b', '2')));
    expect(keys).toEqual(['a', 'b']);
    expect(disconnects).toEqual([{ error: undefined, reason, tries: 1, retryInMs: expect.any(Number) }]);
    expect(positionsAsked()).toEqual([undefined, '1']);
  });

  it('tell a gap, between the events around it', async () => {
    const order: unknown[] = [];
    const reset: FeedReset = { reason: 'overflow', partitions: [3, 4] };
    const stream = await streamTo(tell(predictionOf('a', '1') + eventOf('reset', reset, '5') + predictionOf('b', '6')));
    for await (const { key } of stream.predictions({ onReset: (gap) => void order.push(gap) })) {
      order.push(key);
      if (key === 'b') break;
    }
    expect(order).toEqual(['a', reset, 'b']);
  });

  it('are told with the removals between them by changes()', async () => {
    const removal = { key: null, keyData: 'AAAA', partition: 4 };
    const script = tell(eventOf('removal', removal, '1') + predictionOf('a', '2') + eventOf('news', {}, '3'));
    const changes = (await streamTo(script)).changes();
    expect((await changes.next()).value).toEqual({ type: 'removal', ...removal, lastEventId: '1' });
    expect((await changes.next()).value).toEqual({ type: 'prediction', ...told('a'), lastEventId: '2' });
    await changes.return();
  });

  it('come without the removals between them', async () => {
    const removal = eventOf('removal', { key: 'z', partition: 4 }, '1');
    expect(await keysOf({ count: 1 }, tell(removal, predictionOf('a', '2')))).toEqual({ keys: ['a'], position: '2' });
  });
});

describe('a connection', () => {
  it('without a byte for too long is dead; heartbeats keep it', async () => {
    const beating: ExchangeScript = (exchange) => {
      void tell(predictionOf('a', '1'))(exchange);
      let beats = 0;
      const timer = setInterval(() => {
        if (++beats <= 8) exchange.response.write(': heartbeat\n\n');
        else clearInterval(timer);
      }, 50);
    };
    const errors: unknown[] = [];
    const options = { heartbeatTimeoutMs: 250, onDisconnect: ({ error }: FeedDisconnect) => void errors.push(error) };
    const { keys } = await keysOf({ ...options, count: 2 }, beating, tell(predictionOf('b', '2')));
    expect(keys).toEqual(['a', 'b']);
    expect(errors).toEqual([expect.objectContaining({ code: 'TIMEOUT', timeoutMs: 250 })]);
    await server.exchanges[0]?.closed;
  });

  it('is freed by break', async () => {
    await keysOf({ count: 1 }, tell(predictionOf('a', '1') + predictionOf('b', '2')));
    await server.exchanges[0]?.closed;
    expect(server.exchanges).toHaveLength(1);
  });

  it('is freed by the signal, which ends the iteration without an error, whatever was read already', async () => {
    const abort = new AbortController();
    const stream = await streamTo(tell(predictionOf('a', '1') + predictionOf('b', '2')));
    const keys: unknown[] = [];
    for await (const { key } of stream.predictions({ signal: abort.signal })) {
      keys.push(key);
      abort.abort();
    }
    expect(keys).toEqual(['a']);
    await server.exchanges[0]?.closed;
  });

  it.each<[string, ExchangeScript]>([
    ['nothing is told', tell()],
    ['there is no answer', () => undefined],
  ])('is ended by the signal while %s', async (_what, script) => {
    const abort = new AbortController();
    const iteration = (await streamTo(script)).predictions({ signal: abort.signal }).next();
    await eventually(() => expect(server.exchanges).toHaveLength(1));
    abort.abort();
    expect(await iteration).toEqual({ done: true, value: undefined });
    await server.exchanges[0]?.closed;
  });

  it('is not waited for once the signal is aborted', async () => {
    const abort = new AbortController();
    const options = { signal: abort.signal, onDisconnect: () => abort.abort() };
    const behind: ExchangeScript = ({ json }) =>
      json(503, { error: { code: 'GATEWAY_STOPPING', message: '', retriable: true } }, { 'retry-after': '60' });
    expect(await (await streamTo(behind)).predictions(options).next()).toMatchObject({ done: true });
  });

  it('is opened before anything that is written then can be missed', async () => {
    let opened = 0;
    const { keys } = await keysOf({ count: 1, onOpen: () => opened++ }, tellAndBreak(), tell(predictionOf('a')));
    expect([keys, opened]).toEqual([['a'], 2]);
  });

  it('is read no faster than its events are dealt with', async () => {
    const total = 64 << 20;
    let sent = 0;
    const flood: ExchangeScript = ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const event = predictionOf('x'.repeat(8000), '1');
      const pour = (): void => {
        while (sent < total) {
          sent += event.length;
          if (!response.write(event)) return void response.once('drain', pour);
        }
      };
      pour();
    };
    const predictions = (await streamTo(flood)).predictions();
    await predictions.next();
    let before = -1;
    // Stands still once the buffers between are full.
    await eventually(() => expect(before).toBe((before = sent)), { everyMs: 300 });
    expect(sent).toBeLessThan(total / 2);
    await predictions.next();
    await predictions.return();
  });
});

describe('an answer', () => {
  const refuse =
    (status: number, code: string, retriable: boolean): ExchangeScript =>
    ({ json }) =>
      json(status, { error: { code, message: code, retriable, details: {} } });

  it('that will not change ends the iteration', async () => {
    const stream = await streamTo(tellAndBreak(predictionOf('a', '1')), refuse(404, 'STREAM_NOT_FOUND', false));
    const predictions = stream.predictions();
    await predictions.next();
    await expect(predictions.next()).rejects.toThrow(NearscoreApiError);
    expect(await predictions.next()).toEqual({ done: true, value: undefined });
  });

  it('that may is asked for again', async () => {
    const down: ExchangeScript = ({ response }) => void response.writeHead(502).end('<html>');
    const { keys } = await keysOf({ count: 1 }, refuse(503, 'GRID_UNAVAILABLE', true), down, tell(predictionOf('a')));
    expect(keys).toEqual(['a']);
  });

  it('is asked for as often as the caller allows, counted from the last event', async () => {
    const stream = await streamTo(tellAndBreak(predictionOf('a', '1')), tellAndBreak());
    const predictions = stream.predictions({ maxTries: 3 });
    await predictions.next();
    await expect(predictions.next()).rejects.toThrow(NearscoreConnectionError);
    expect(server.exchanges).toHaveLength(3);
  });

  it.each<[string, ExchangeScript]>([
    ['a page', ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['an event without JSON', tell('event: prediction\ndata: {\n\n')],
    ['an event that never ends', tell(`data: ${'x'.repeat(2 << 20)}`)],
  ])('of others ends the iteration: %s', async (_what, script) => {
    await expect((await streamTo(script)).predictions().next()).rejects.toThrow(UnexpectedAnswerError);
  });

  it('does not hide what a callback throws', async () => {
    const onReset = () => {
      throw new Error('mine');
    };
    const stream = await streamTo(tell(eventOf('reset', { reason: 'overflow', partitions: [] })));
    await expect(stream.predictions({ onReset }).next()).rejects.toThrow('mine');
    await server.exchanges[0]?.closed;
  });
});
