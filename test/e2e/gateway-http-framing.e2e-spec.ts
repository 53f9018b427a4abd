import { connect } from 'node:net';
import { startGatewayInProcess, type GatewayInProcess, NOWHERE } from '../fixtures/http/gateway-in-process';
import { ask, collect, exchange, parseResponse } from '../fixtures/http/raw-http';

const CLOSE = 'Host: gateway\r\nConnection: close\r\n';
const JSON_BODY = 'Content-Type: application/json\r\n';
const RECORD = '/v1/streams/fraud/records/k';

let gateway: GatewayInProcess;

beforeAll(async () => {
  gateway = await startGatewayInProcess({
    ...NOWHERE,
    NEARSCORE_HEADERS_TIMEOUT_MS: '400',
    NEARSCORE_REQUEST_TIMEOUT_MS: '800',
    NEARSCORE_KEEP_ALIVE_TIMEOUT_MS: '300',
    NEARSCORE_MAX_REQUESTS_PER_SOCKET: '5',
    NEARSCORE_MAX_BODY_BYTES: '20000',
  });
});
afterAll(() => gateway.stop());

const live = () => ask(gateway.port, `GET /health/live HTTP/1.1\r\n${CLOSE}\r\n`);

/** Whatever was refused, the next one is served. */
afterEach(async () => expect(await live()).toMatchObject({ status: 200, json: { status: 'ok' } }));

async function expectError(status: number, code: string, ...parts: (string | Buffer)[]): Promise<void> {
  const answer = await ask(gateway.port, ...parts);
  expect(answer).toMatchObject({ status, json: { error: { code } } });
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(Object.keys((answer.json as { error: object }).error)).toEqual(['code', 'message', 'details', 'retriable']);
  expect(answer.body).not.toMatch(/at .*\.(ts|js)|node_modules/);
}

describe('requests that are not quite HTTP', () => {
  test.each([
    [
      'Content-Length and Transfer-Encoding',
      `POST /v1 HTTP/1.1\r\n${CLOSE}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['two Content-Lengths', `POST /v1 HTTP/1.1\r\n${CLOSE}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc`],
    ['an unknown Transfer-Encoding', `POST /v1 HTTP/1.1\r\n${CLOSE}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a negative Content-Length', `POST /v1 HTTP/1.1\r\n${CLOSE}Content-Length: -1\r\n\r\n`],
    [
      'a chunk size that is none',
      `POST ${RECORD} HTTP/1.1\r\n${CLOSE}${JSON_BODY}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`,
    ],
    ['a header folded onto a second line', `GET /health/live HTTP/1.1\r\n${CLOSE}A: b\r\n c\r\n\r\n`],
    ['bare line feeds', 'GET /health/live HTTP/1.1\nHost: gateway\n\n'],
    ['NUL in a header', `GET /health/live HTTP/1.1\r\n${CLOSE}A: \0\r\n\r\n`],
    ['a blank before the colon', `GET /health/live HTTP/1.1\r\n${CLOSE}A : b\r\n\r\n`],
    ['HTTP/0.9', 'GET /health/live\r\n\r\n'],
    ['HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', Buffer.from('160301020001', 'hex')],
    ['no Host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two Hosts', `GET /health/live HTTP/1.1\r\nHost: other\r\n${CLOSE}\r\n`],
    ['a path that is not UTF-8', `GET /v1/streams/%FF HTTP/1.1\r\n${CLOSE}\r\n`],
    ['an overlong path', `GET /v1/streams/%c0%af HTTP/1.1\r\n${CLOSE}\r\n`],
    ['a query parameter twice', `GET /v1/streams?a=1&b=2&a=3 HTTP/1.1\r\n${CLOSE}\r\n`],
  ])('%s', async (_what, request) => {
    await expectError(400, 'BAD_REQUEST', request);
  });

  test('one bad request does not carry another behind it', async () => {
    const smuggled = `GET /v1/nodes HTTP/1.1\r\n${CLOSE}\r\n`;
    const request = `POST /v1 HTTP/1.1\r\nHost: gateway\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`;
    expect((await exchange(gateway.port, request)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
  });

  test('an absolute target is the same path, whatever its host', async () => {
    const answer = await ask(gateway.port, `GET http://elsewhere/health/live HTTP/1.1\r\n${CLOSE}\r\n`);
    expect(answer.status).toBe(200);
  });

  test('an offer to upgrade is ignored', async () => {
    const upgrade = 'Host: gateway\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n';
    expect(await ask(gateway.port, `GET /health/live HTTP/1.1\r\n${upgrade}\r\n`)).toMatchObject({ status: 200 });
  });

  test('a tunnel is not opened', async () => {
    expect(await exchange(gateway.port, `CONNECT gateway:80 HTTP/1.1\r\n${CLOSE}\r\n`)).toBe('');
  });

  test('an unknown expectation', async () => {
    await expectError(
      417,
      'EXPECTATION_FAILED',
      `PUT ${RECORD} HTTP/1.1\r\n${CLOSE}Expect: a pony\r\nContent-Length: 2\r\n\r\n`,
    );
  });

  test('100-continue is answered before the body comes', async () => {
    const head = `PUT ${RECORD} HTTP/1.1\r\n${CLOSE}${JSON_BODY}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n`;
    const socket = connect(gateway.port, '127.0.0.1');
    const all = collect(socket);
    socket.write(head);
    socket.once('data', () => socket.write('{}'));
    expect(await all).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 503 /);
  });
});

describe('sizes', () => {
  test('headers larger than 16 KiB', async () => {
    await expectError(431, 'HEADERS_TOO_LARGE', `GET / HTTP/1.1\r\n${CLOSE}A: ${'x'.repeat(16_384)}\r\n\r\n`);
  });

  test('a path larger than the headers may be', async () => {
    await expectError(431, 'HEADERS_TOO_LARGE', `GET /${'x'.repeat(17_000)} HTTP/1.1\r\n${CLOSE}\r\n`);
  });

  test('more than 100 headers, whether Node keeps them or drops them', async () => {
    const headers = (count: number) => Array.from({ length: count }, (_, i) => `a${i}: b\r\n`).join('');
    const answer = await ask(gateway.port, `GET /health/live HTTP/1.1\r\n${CLOSE}${headers(98)}\r\n`);
    expect(answer.status).toBe(200);
    await expectError(431, 'HEADERS_TOO_LARGE', `GET /health/live HTTP/1.1\r\n${CLOSE}${headers(99)}\r\n`);
    await expectError(431, 'HEADERS_TOO_LARGE', `GET /health/live HTTP/1.1\r\n${CLOSE}${headers(1500)}\r\n`);
  });

  test('a Content-Length beyond the limit is refused before the body is read', async () => {
    await expectError(
      413,
      'BODY_TOO_LARGE',
      `PUT ${RECORD} HTTP/1.1\r\n${CLOSE}${JSON_BODY}Content-Length: 20001\r\n\r\n`,
    );
  });

  test('a chunked body beyond the limit', async () => {
    const chunk = `2710\r\n${' '.repeat(10_000)}\r\n`;
    const head = `PUT ${RECORD} HTTP/1.1\r\n${CLOSE}${JSON_BODY}Transfer-Encoding: chunked\r\n\r\n`;
    await expectError(413, 'BODY_TOO_LARGE', head, chunk, chunk, chunk);
  });

  test('chunks of one byte', async () => {
    const body = [...'{"a":"0123456789"]'].map((char) => `1\r\n${char}\r\n`).join('');
    const head = `PUT ${RECORD} HTTP/1.1\r\n${CLOSE}${JSON_BODY}Transfer-Encoding: chunked\r\n\r\n`;
    await expectError(400, 'JSON_MALFORMED', head, `${body}0\r\n\r\n`);
  });

  test('chunk extensions without end', async () => {
    const head = `PUT ${RECORD} HTTP/1.1\r\n${CLOSE}${JSON_BODY}Transfer-Encoding: chunked\r\n\r\n`;
    await expectError(400, 'BAD_REQUEST', head, `1;${'x'.repeat(20_000)}\r\n{\r\n0\r\n\r\n`);
  });

  test('a connection is closed after its requests, and those behind are not served', async () => {
    const request = 'GET /health/live HTTP/1.1\r\nHost: gateway\r\n\r\n';
    const answers = await exchange(gateway.port, request.repeat(10_000));
    expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(5);
    expect(answers.match(/connection: close/gi)?.length).toBeGreaterThanOrEqual(1);
  });
});

describe('times', () => {
  test('headers that do not come', async () => {
    await expectError(408, 'REQUEST_TIMEOUT', 'GET /health/live HTTP/1.1\r\nHost:');
  });

  test('headers that come one byte at a time', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    const all = collect(socket);
    socket.write('GET /health/live HTTP/1.1\r\nA: ');
    const drip = setInterval(() => socket.write('x'), 50);
    const answer = parseResponse(await all);
    clearInterval(drip);
    expect(answer).toMatchObject({ status: 408, json: { error: { code: 'REQUEST_TIMEOUT' } } });
  });

  test('a body that does not come, plain or compressed', async () => {
    const head = `PUT ${RECORD} HTTP/1.1\r\n${CLOSE}${JSON_BODY}Content-Length: 5\r\n`;
    await expectError(408, 'REQUEST_TIMEOUT', `${head}\r\n{}`);
    await expectError(408, 'REQUEST_TIMEOUT', `${head}Content-Encoding: gzip\r\n\r\n`);
  });

  test('a connection that is opened and not used', async () => {
    await expectError(408, 'REQUEST_TIMEOUT');
  });

  test('a connection that is kept and not used', async () => {
    const answers = await exchange(gateway.port, 'GET /health/live HTTP/1.1\r\nHost: gateway\r\n\r\n');
    expect(parseResponse(answers).status).toBe(200);
  });
});

test('no refused request left more than one line, and none left its content', async () => {
  const before = gateway.log.length;
  const secret = 'a-secret-value';
  await ask(
    gateway.port,
    `PUT ${RECORD}-${secret} HTTP/1.1\r\n${CLOSE}${JSON_BODY}Content-Length: 15\r\n\r\n"${secret}`,
  );
  await ask(gateway.port, `GET /v1/streams?${secret}=1 HTTP/1.1\r\n${CLOSE}X: ${secret}\r\n\r\n`);
  const lines = gateway.log.slice(before).filter((line) => !line.includes('"source"'));
  expect(lines.filter((line) => line.includes('requestId'))).toHaveLength(2);
  expect(gateway.log.join('')).not.toContain(secret);
});
