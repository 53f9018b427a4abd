import { callsTo, refused } from '../fixtures/http/gateway-calls';
import { type GatewayInProcess, NOWHERE, startGatewayInProcess } from '../fixtures/http/gateway-in-process';

const PAGE = 'https://app.example.com';

let gateway: GatewayInProcess;

const ask = (origin: string, method = 'GET', headers = {}, path = '/v1/streams/pages/records/k') =>
  fetch(`${gateway.url}${path}`, { method, headers: { origin, ...headers } });

const corsHeaders = ({ headers }: Response) =>
  [...headers].filter(([name]) => name.startsWith('access-control-')).sort(([a], [b]) => (a < b ? -1 : 1));

const preflight = (origin: string, path?: string) =>
  ask(
    origin,
    'OPTIONS',
    { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' },
    path,
  );

/** Without a grid a gateway takes seconds to stop: the next block need not wait for it. */
const stopping: Promise<void>[] = [];
afterAll(() => Promise.all(stopping));

/** One for all tests of a block. */
function withGateway(origins: string): void {
  beforeAll(async () => {
    gateway = await startGatewayInProcess({ ...NOWHERE, NEARSCORE_CORS_ORIGINS: origins });
  });
  afterAll(() => void stopping.push(gateway.stop()));
}

describe('pages of other origins, by default', () => {
  withGateway('');

  it('are told nothing', async () => {
    expect(corsHeaders(await ask(PAGE))).toEqual([]);
    const answer = await preflight(PAGE);
    expect([answer.status, corsHeaders(answer)]).toEqual([405, []]);
  });
});

describe('pages of other origins, some of which are listed', () => {
  withGateway(`http://localhost:3000, ${PAGE}`);

  it('may call when theirs is', async () => {
    const answer = await preflight(PAGE);
    expect([answer.status, Object.fromEntries(corsHeaders(answer))]).toEqual([
      204,
      {
        'access-control-allow-origin': PAGE,
        'access-control-allow-methods': 'GET, HEAD, PUT, POST, DELETE',
        'access-control-allow-headers': 'authorization, content-type, last-event-id',
        'access-control-expose-headers': 'retry-after, x-request-id',
        'access-control-max-age': '3600',
      },
    ]);
    expect(answer.headers.get('vary')).toMatch(/origin/i);
  });

  it('may read errors, too, even of what was refused before its route', async () => {
    const absent = await ask(PAGE);
    expect([absent.status, absent.headers.get('access-control-allow-origin')]).toEqual([503, PAGE]);
    expect(absent.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const twice = await ask(PAGE, 'GET', {}, '/v1/streams?a=1&a=2');
    expect([twice.status, twice.headers.get('access-control-allow-origin')]).toEqual([400, PAGE]);
  });

  it.each(['https://app.example.com.evil.test', 'http://app.example.com', 'null', ''])(
    'of no listed origin are told nothing: %j',
    async (origin) => {
      expect(corsHeaders(await ask(origin))).toEqual([]);
      const answer = await preflight(origin);
      expect(answer.status).not.toBe(204);
      expect(corsHeaders(answer)).toEqual([]);
    },
  );

  it('change nothing for others: paths, methods, and what is not there', async () => {
    const call = callsTo(() => gateway.url);
    expect(await call('GET', '/nowhere')).toMatchObject(refused(404, 'ROUTE_NOT_FOUND'));
    expect(await call('OPTIONS', '/nowhere')).toMatchObject(refused(404, 'ROUTE_NOT_FOUND'));
    expect(await call('DELETE', '/v1/streams')).toMatchObject(
      refused(405, 'METHOD_NOT_ALLOWED', { allowed: ['GET', 'HEAD'] }),
    );
  });
});
