import { type ExchangeScript, type ScriptedServer, startScriptedServer } from '@nearscore/testkit';
import {
  InvalidKeyError,
  NearscoreApiError,
  NearscoreClient,
  type NearscoreClientOptions,
  NearscoreConnectionError,
  NearscoreTimeoutError,
  PredictionPendingError,
  UnexpectedAnswerError,
} from './index';

interface Page {
  readonly https: number;
}

const record: Page = { https: 1 };
const place = { key: 'k', partition: 3 };
const prediction = {
  ...place,
  score: 0.9,
  label: 'phishing',
  scores: [0.1, 0.9],
  scoredAt: '2026-11-22T10:00:00.000Z',
};
const retry = { minDelayMs: 1, maxDelayMs: 2 };

/** Many connections on a busy machine. */
jest.setTimeout(30_000);

let server: ScriptedServer;

async function streamTo(options: Partial<NearscoreClientOptions>, ...scripts: ExchangeScript[]) {
  server = await startScriptedServer(...scripts);
  return new NearscoreClient({ baseUrl: server.url, retry, ...options }).stream<Page, 'phishing'>('pages');
}

const answer =
  (status: number, body: unknown, headers?: Record<string, string>): ExchangeScript =>
  ({ json }) =>
    json(status, body, headers);

const refuse = (status: number, code: string, retriable: boolean, headers?: Record<string, string>): ExchangeScript =>
  answer(status, { error: { code, message: `said ${code}`, retriable, details: { a: 1 } } }, headers);

const reset: ExchangeScript = ({ request }) => void request.socket.destroy();
const silent: ExchangeScript = () => undefined;

afterEach(() => server?.stop());

describe('one record', () => {
  it('is written under its key, whatever it holds', async () => {
    const stream = await streamTo({}, answer(200, place));
    expect(await stream.put('a/b?ü %2e', record)).toEqual(place);
    const [{ method, url, headers } = {}] = server.exchanges;
    expect([method, url]).toEqual(['PUT', '/v1/streams/pages/records/a%2Fb%3F%C3%BC%20%252e']);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'content-length': '11' });
  });

  it('is sent as it is when it is text, digit by digit', async () => {
    const bodies: string[] = [];
    const stream = await streamTo({}, async (exchange) => {
      bodies.push(await exchange.body());
      exchange.json(200, { ...place, prediction });
    });
    const text = '{"https": 9007199254740993}';
    await stream.put('k', text);
    await stream.predict('k', text);
    expect(bodies).toEqual([text, text]);
  });

  it.each(['', '.', '..', '\uD800'])('is refused under the key %j, which no URL carries', async (key) => {
    const stream = await streamTo({}, silent);
    await expect(stream.put(key, record)).rejects.toThrow(InvalidKeyError);
    await expect(stream.get(key)).rejects.toThrow(InvalidKeyError);
    expect(server.exchanges).toEqual([]);
  });

  it('is read, or is not there', async () => {
    const stream = await streamTo({}, answer(200, { ...place, value: record }), refuse(404, 'RECORD_NOT_FOUND', false));
    expect(await stream.get('k')).toEqual({ ...place, value: record });
    expect(await stream.get('k')).toBeUndefined();
  });

  it('is removed', async () => {
    const stream = await streamTo({}, ({ response }) => void response.writeHead(204).end());
    await expect(stream.delete('k')).resolves.toBeUndefined();
    expect(server.exchanges.map(({ method }) => method)).toEqual(['DELETE']);
  });

  it('is predicted in one call', async () => {
    const stream = await streamTo({}, answer(200, { ...place, prediction }));
    expect(await stream.predict('k', record, { waitMs: 1500 })).toEqual(prediction);
    expect(server.exchanges[0]?.url).toBe('/v1/streams/pages/records/k?wait=1500');
  });

  it('is written, though its prediction did not come', async () => {
    const stream = await streamTo({}, answer(202, place));
    const error: unknown = await stream.predict('k', record).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PredictionPendingError);
    expect(error).toMatchObject({ code: 'PREDICTION_PENDING', key: 'k', partition: 3, waitMs: 5000 });
    expect(server.exchanges).toHaveLength(1);
  });

  it.each([0, 30_001, NaN])('is not waited for %s ms', async (waitMs) => {
    const stream = await streamTo({}, silent);
    await expect(stream.predict('k', record, { waitMs })).rejects.toThrow(RangeError);
  });

  it('has no prediction yet, which is no error, nor tried again', async () => {
    const stream = await streamTo({}, refuse(404, 'PREDICTION_NOT_FOUND', true), answer(200, prediction));
    expect(await stream.prediction('k')).toBeUndefined();
    expect(await stream.prediction('k')).toEqual(prediction);
  });
});

describe('an address', () => {
  it('may have a path, and slashes at its end', async () => {
    await streamTo({}, answer(200, { streams: [] }));
    expect(await new NearscoreClient({ baseUrl: `${server.url}/near/score//` }).streams()).toEqual([]);
    expect(server.exchanges[0]?.url).toBe('/near/score/v1/streams');
  });

  it('that is none is told at once', () => {
    expect(() => new NearscoreClient({ baseUrl: 'gateway' })).toThrow('Invalid URL');
  });
});

describe('headers', () => {
  it('are asked for before each try', async () => {
    let token = 0;
    const headers = () => Promise.resolve({ authorization: `Bearer ${++token}` });
    const stream = await streamTo({ headers }, refuse(503, 'GRID_UNAVAILABLE', true), answer(200, place));
    await stream.put('k', record);
    expect(server.exchanges.map((exchange) => exchange.headers.authorization)).toEqual(['Bearer 1', 'Bearer 2']);
  });

  it('that never come end the call in time', async () => {
    const headers = () => new Promise<never>(() => undefined);
    const stream = await streamTo({ headers, timeoutMs: 20, retry: { maxTries: 1 } }, silent);
    await expect(stream.put('k', record)).rejects.toThrow(NearscoreTimeoutError);
    expect(server.exchanges).toEqual([]);
  });

  it('that cannot be had end the call with their own error', async () => {
    const stream = await streamTo({ headers: () => Promise.reject(new Error('no token')) }, silent);
    await expect(stream.put('k', record)).rejects.toThrow('no token');
    expect(server.exchanges).toEqual([]);
  });
});

describe('errors of the gateway', () => {
  it('carry all that it said', async () => {
    const stream = await streamTo({}, refuse(422, 'RECORD_FORMAT_INVALID', false, { 'x-request-id': 'r-1' }));
    const error: unknown = await stream.put('k', record).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NearscoreApiError);
    expect(error).toMatchObject({
      ...{ name: 'NearscoreApiError', code: 'RECORD_FORMAT_INVALID', message: 'said RECORD_FORMAT_INVALID' },
      ...{ status: 422, retriable: false, details: { a: 1 }, requestId: 'r-1', outcome: undefined },
    });
    expect(server.exchanges).toHaveLength(1);
  });

  it('that may pass are tried again, as often as allowed', async () => {
    const stream = await streamTo({ retry: { ...retry, maxTries: 3 } }, refuse(503, 'WRITE_OUTCOME_UNKNOWN', true));
    await expect(stream.put('k', record)).rejects.toMatchObject({ code: 'WRITE_OUTCOME_UNKNOWN', retriable: true });
    expect(server.exchanges).toHaveLength(3);
  });

  it('that ask for more time than is given are told at once', async () => {
    const stream = await streamTo({}, refuse(429, 'STREAM_BEHIND', true, { 'retry-after': '61' }));
    await expect(stream.put('k', record)).rejects.toMatchObject({ code: 'STREAM_BEHIND', retryAfterMs: 61_000 });
    expect(server.exchanges).toHaveLength(1);
  });

  it.each<[string, number, string, number]>([
    ['a proxy without a gateway', 502, '<html>Bad Gateway</html>', 3],
    ['a proxy that says no', 403, '<html>Forbidden</html>', 1],
    ['a page', 200, '<html>Hello</html>', 1],
    ['JSON that is no error', 500, '{"error": "oops"}', 1],
  ])('are not taken for those of others: %s', async (_what, status, text, tries) => {
    const page: ExchangeScript = ({ response }) => void response.writeHead(status).end(text);
    const stream = await streamTo({ retry: { ...retry, maxTries: 3 } }, page);
    const error: unknown = await stream.get('k').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnexpectedAnswerError);
    expect(error).toMatchObject({ code: 'UNEXPECTED_ANSWER', status });
    expect(server.exchanges).toHaveLength(tries);
  });
});

describe('a connection', () => {
  const half: ExchangeScript = ({ response }) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"key":', () => response.destroy());
  };

  it('that breaks, before or in the middle of an answer, is tried again', async () => {
    const stream = await streamTo({}, reset, half, answer(200, place));
    expect(await stream.put('k', record)).toEqual(place);
    expect(server.exchanges).toHaveLength(3);
  });

  it('that never stands is told as such', async () => {
    const stream = await streamTo({}, silent);
    await server.stop();
    const error: unknown = await stream.put('k', record).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NearscoreConnectionError);
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', retriable: true, cause: { message: 'fetch failed' } });
  });

  it.each<[string, ExchangeScript]>([
    ['no answer', silent],
    ['half an answer', ({ response }) => void response.writeHead(200).write('{')],
  ])('with %s in time is given up, and tried again', async (_what, script) => {
    const stream = await streamTo({ timeoutMs: 50, retry: { ...retry, maxTries: 2 } }, script);
    await expect(stream.get('k')).rejects.toThrow(NearscoreTimeoutError);
    await Promise.all(server.exchanges.map(({ closed }) => closed));
    expect(server.exchanges).toHaveLength(2);
  });

  it('is given the time to wait for a prediction on top', async () => {
    const late: ExchangeScript = ({ json }) => void setTimeout(() => json(200, { ...place, prediction }), 100);
    const stream = await streamTo({ timeoutMs: 50, retry: { maxTries: 1 } }, late);
    expect(await stream.predict('k', record, { waitMs: 20_000 })).toEqual(prediction);
  });
});

describe('a signal', () => {
  it('ends a call that waits for its answer, and its connection', async () => {
    const abort = new AbortController();
    const stream = await streamTo({}, () => abort.abort(new Error('enough')));
    await expect(stream.get('k', { signal: abort.signal })).rejects.toThrow('enough');
    await server.exchanges[0]?.closed;
    expect(server.exchanges).toHaveLength(1);
  });

  it('ends a call that waits for its next try', async () => {
    const abort = new AbortController();
    const behind: ExchangeScript = (exchange) => {
      void refuse(429, 'STREAM_BEHIND', true, { 'retry-after': '50' })(exchange);
      exchange.response.on('finish', () => setTimeout(() => abort.abort(new Error('enough')), 20));
    };
    const stream = await streamTo({}, behind);
    await expect(stream.put('k', record, { signal: abort.signal })).rejects.toThrow('enough');
    expect(server.exchanges).toHaveLength(1);
  });

  it('that was aborted before asks for nothing', async () => {
    const stream = await streamTo({}, silent);
    await expect(stream.get('k', { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
    expect(server.exchanges).toEqual([]);
  });
});
