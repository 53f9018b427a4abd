import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { type GatewayInProcess, NOWHERE, startGatewayInProcess } from '../fixtures/http/gateway-in-process';
import { ask, type RawResponse } from '../fixtures/http/raw-http';

const JSON_TYPE = 'application/json';
const MAX_BODY = 100_000;

let gateway: GatewayInProcess;

beforeAll(async () => {
  gateway = await startGatewayInProcess({ ...NOWHERE, NEARSCORE_MAX_BODY_BYTES: String(MAX_BODY) });
});
afterAll(() => gateway.stop());

interface Sent {
  readonly type?: string;
  readonly encoding?: string;
  readonly method?: string;
  readonly path?: string;
}

function send(body: string | Buffer, sent: Sent = {}): Promise<RawResponse> {
  const { type = JSON_TYPE, encoding, method = 'PUT', path = '/v1/streams/fraud/records/k' } = sent;
  const headers = [
    `${method} ${path} HTTP/1.1`,
    'Host: gateway',
    'Connection: close',
    ...(type === '' ? [] : [`Content-Type: ${type}`]),
    ...(encoding === undefined ? [] : [`Content-Encoding: ${encoding}`]),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return ask(gateway.port, `${headers.join('\r\n')}\r\n\r\n`, body);
}

const refused = (status: number, code: string) => ({ status, json: { error: { code } } });

/** A body that passed every check of HTTP and JSON meets the grid, which is not there. */
const TAKEN = refused(503, 'GRID_UNAVAILABLE');

describe('compressed bodies', () => {
  const record = '{"amount":1}';

  test.each([
    ['gzip', gzipSync(record)],
    ['GZip', gzipSync(record)],
    ['deflate', deflateSync(record)],
    ['identity', Buffer.from(record)],
  ])('%s is taken', async (encoding, body) => expect(await send(body, { encoding })).toMatchObject(TAKEN));

  test.each([
    ['br', brotliCompressSync(record)],
    ['zstd', Buffer.from(record)],
    ['compress', Buffer.from(record)],
    ['gzip, gzip', gzipSync(gzipSync(record))],
    ['gzip, identity', gzipSync(record)],
  ])('%s is refused', async (encoding, body) =>
    expect(await send(body, { encoding })).toMatchObject(refused(415, 'UNSUPPORTED_MEDIA_TYPE')),
  );

  test.each([
    ['gzip', Buffer.from(record)],
    ['gzip', deflateSync(record)],
    ['deflate', deflateRawSync('x'.repeat(50))],
    ['gzip', gzipSync(record).subarray(0, 15)],
    ['gzip', Buffer.concat([gzipSync(record).subarray(0, -8), Buffer.alloc(8)])],
  ])('%s that is not (%#)', async (encoding, body) =>
    expect(await send(body, { encoding })).toMatchObject(refused(400, 'BODY_MALFORMED')),
  );

  test('the limit counts inflated bytes', async () => {
    const padded = (length: number) => gzipSync(record.padEnd(length));
    expect(await send(padded(MAX_BODY), { encoding: 'gzip' })).toMatchObject(TAKEN);
    expect(await send(padded(MAX_BODY + 1), { encoding: 'gzip' })).toMatchObject(refused(413, 'BODY_TOO_LARGE'));
  });

  test('a bomb costs no more than the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(95 << 20, ' '));
    expect(bomb.length).toBeLessThan(MAX_BODY);
    const before = process.memoryUsage().arrayBuffers;
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(bomb, { encoding: 'gzip' })));
    for (const answer of answers) expect(answer).toMatchObject(refused(413, 'BODY_TOO_LARGE'));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(95 << 20);
  });
});

describe('content types', () => {
  test.each(['application/json', 'Application/JSON; charset=UTF-8', 'application/json;charset="utf-8"'])(
    '%s',
    async (type) => expect(await send('{}', { type })).toMatchObject(TAKEN),
  );

  test.each([
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application/json, text/plain',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'multipart/form-data; boundary=x',
    'nonsense',
    '/',
  ])('%j is refused', async (type) =>
    expect(await send('{}', { type })).toMatchObject(refused(415, 'UNSUPPORTED_MEDIA_TYPE')),
  );

  test('a model is multipart alone, and not compressed', async () => {
    const path = '/v1/models/m/versions/1';
    const unsupported = refused(415, 'UNSUPPORTED_MEDIA_TYPE');
    expect(await send('{}', { path })).toMatchObject(unsupported);
    const type = 'multipart/form-data; boundary=x';
    expect(await send(gzipSync('--x--'), { path, type, encoding: 'gzip' })).toMatchObject(unsupported);
  });
});

describe('JSON', () => {
  test.each([
    ['nothing', '', 'BODY_MALFORMED'],
    ['not JSON', '{"amount":}', 'JSON_MALFORMED'],
    ['a comma too many', '{"amount":1,}', 'JSON_MALFORMED'],
    ['two documents', '{}{}', 'JSON_MALFORMED'],
    ['NaN', '{"amount":NaN}', 'JSON_MALFORMED'],
    ['a byte order mark', '\ufeff{}', 'JSON_MALFORMED'],
    ['33 levels', '['.repeat(33) + ']'.repeat(33), 'JSON_TOO_DEEP'],
    ['100,000 levels', '['.repeat(MAX_BODY), 'JSON_TOO_DEEP'],
    ['4,097 keys', `{${Array.from({ length: 4097 }, (_, i) => `"${i}":1`).join()}}`, 'JSON_TOO_MANY_KEYS'],
    ['a repeated key', '{"amount":1,"amount":2}', 'JSON_KEY_REFUSED'],
    ['a key repeated by an escape', '{"amount":1,"\\u0061mount":2}', 'JSON_KEY_REFUSED'],
    ['__proto__', '{"__proto__":{"amount":1}}', 'JSON_KEY_REFUSED'],
    ['a constructor', '{"constructor":{"prototype":{"amount":1}}}', 'JSON_KEY_REFUSED'],
    ['1e999', '{"amount":1e999}', 'JSON_NUMBER_REFUSED'],
    ['2^53 + 1', '{"amount":9007199254740993}', 'JSON_NUMBER_REFUSED'],
    ['a number of 90,000 digits', `{"amount":${'9'.repeat(90_000)}}`, 'JSON_NUMBER_REFUSED'],
  ])('%s', async (_what, body, code) => expect(await send(body)).toMatchObject(refused(400, code)));

  test('bytes that are not UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]);
    expect(await send(body)).toMatchObject(refused(400, 'BODY_MALFORMED'));
  });

  test.each([
    '-0',
    '1e308',
    '9007199254740992',
    `0.${'1'.repeat(50_000)}`,
    '"\\ud83d\\ude00"',
    `"${'x'.repeat(99_000)}"`,
  ])('value %# is data', async (value) => expect(await send(`{"amount":${value}}`)).toMatchObject(TAKEN));
});

describe('paths', () => {
  const at = (method: string, path: string) =>
    ask(gateway.port, `${method} ${path} HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n`);

  test.each(['/', '/v1', '/v1/streams/fraud/records/', '/v1/streams//records/k', '/v2/streams', '/docs/none', '//'])(
    'nothing at %s',
    async (path) => expect(await at('GET', path)).toMatchObject(refused(404, 'ROUTE_NOT_FOUND')),
  );

  test.each([
    ['PATCH', '/v1/streams/fraud', 'GET, HEAD, PUT'],
    ['POST', '/v1/streams/fraud/records/k', 'DELETE, GET, HEAD, PUT'],
    ['POST', '/v1/models/m/versions/1', 'DELETE, GET, HEAD, PUT'],
    ['OPTIONS', '/v1/streams/fraud/records', 'GET, HEAD, POST'],
    ['TRACE', '/health/live', 'GET, HEAD'],
  ])('%s %s is answered with the methods there are', async (method, path, allow) => {
    const answer = await at(method, path);
    expect(answer).toMatchObject(refused(405, 'METHOD_NOT_ALLOWED'));
    expect(answer.headers.get('allow')).toBe(allow);
  });

  test('headers that protect browsers are on every answer', async () => {
    const { headers } = await at('GET', '/none');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.has('x-powered-by')).toBe(false);
  });
});
