import { type ExchangeScript, type ScriptedServer, startScriptedServer } from '@nearscore/testkit';
import { NearscoreClient, NearscoreConnectionError, NearscoreTimeoutError, UnexpectedAnswerError } from './index';

let server: ScriptedServer;

async function clientOf(...scripts: ExchangeScript[]): Promise<NearscoreClient> {
  server = await startScriptedServer(...scripts);
  return new NearscoreClient({ baseUrl: server.url, retry: { minDelayMs: 1, maxDelayMs: 2 }, timeoutMs: 20_000 });
}

const refuse: ExchangeScript = ({ json }) =>
  json(503, { error: { code: 'QUEUE_DOWN', message: 'said so', retriable: true, details: {} } });
const accept: ExchangeScript = ({ json }) => json(202, { id: 'pages.1' });
const silent: ExchangeScript = () => undefined;

const say =
  (...pieces: string[]): ExchangeScript =>
  ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) response.write(piece);
    response.end();
  };

afterEach(() => server?.stop());

describe('request', () => {
  it('sends text as JSON, with its query', async () => {
    const client = await clientOf(async (exchange) => exchange.json(200, { sent: await exchange.body() }));
    const body = '{"n":9007199254740993}';
    const call = { method: 'POST', path: '/v1/rollouts', query: { rescore: 'true' }, body } as const;
    expect(await client.request(call)).toEqual({ sent: body });
    const [{ url, headers } = {}] = server.exchanges;
    expect([url, headers?.['content-type']]).toEqual(['/v1/rollouts?rescore=true', 'application/json']);
  });

  it('sends a form, again when it must', async () => {
    const client = await clientOf(refuse, async (exchange) => exchange.json(200, { sent: await exchange.body() }));
    const body = new FormData();
    body.set('sha256', 'c0ffee');
    const answer = (await client.request({ method: 'PUT', path: '/v1/models/m/versions/1', body })) as { sent: string };
    expect(answer.sent).toContain('c0ffee');
    expect(server.exchanges[1]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  });

  it('is tried once alone when it must not be done twice', async () => {
    const client = await clientOf(refuse, accept);
    const call = { method: 'POST', path: '/v1/rollouts', body: '{}' } as const;
    await expect(client.request({ ...call, retry: false })).rejects.toMatchObject({ code: 'QUEUE_DOWN' });
    expect(server.exchanges).toHaveLength(1);
    expect(await client.request(call)).toEqual({ id: 'pages.1' });
  });

  it('may have a time of its own', async () => {
    const client = await clientOf(silent);
    const call = { path: '/v1/doctor', timeoutMs: 20, retry: false };
    await expect(client.request(call)).rejects.toThrow(NearscoreTimeoutError);
  });
});

describe('events', () => {
  it('are told until the connection ends', async () => {
    const client = await clientOf(say('event: progress\nda', 'ta: {"step":0}\n\nevent: end\ndata: {}\n\n'));
    const told = [];
    for await (const { type, data } of client.events({ path: '/v1/rollouts/pages.1' })) told.push([type, data]);
    expect(told).toEqual([
      ['progress', '{"step":0}'],
      ['end', '{}'],
    ]);
    expect(server.exchanges[0]?.headers.accept).toBe('text/event-stream');
  });

  const first = async (client: NearscoreClient, heartbeatTimeoutMs = 20_000): Promise<unknown> =>
    client.events({ path: '/v1/x', heartbeatTimeoutMs }).next();

  it.each<[string, ExchangeScript, unknown]>([
    ['a refusal', refuse, expect.objectContaining({ code: 'QUEUE_DOWN' })],
    ['another answer', accept, expect.any(UnexpectedAnswerError)],
    ['a broken connection', ({ request }) => void request.socket.destroy(), expect.any(NearscoreConnectionError)],
  ])('end with %s, which is thrown', async (_what, script, error) => {
    await expect(first(await clientOf(script))).rejects.toEqual(error);
  });

  it('end when nothing comes for too long', async () => {
    const client = await clientOf(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    await expect(first(client, 30)).rejects.toThrow(NearscoreTimeoutError);
  });
});
