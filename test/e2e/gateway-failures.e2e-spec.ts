import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { eventually, exampleModel, freePort, startGateway, startMember, type TestMember } from '@nearscore/testkit';
import { callsTo, modelUpload, refused } from '../fixtures/http/gateway-calls';
import {
  type GatewayInProcess,
  NOWHERE,
  startConnectedGateway,
  startGatewayInProcess,
} from '../fixtures/http/gateway-in-process';

const phishing = exampleModel('phishing');
const record = phishing.records[0]!.values;
const HANDLER_TIMEOUT_MS = 1_500;

let member: TestMember;

beforeAll(async () => (member = await startMember()), 60_000);
afterAll(() => member?.stop());
afterEach(() => member.signal('SIGCONT'));

async function startWithStream(): Promise<GatewayInProcess> {
  const gateway = await startConnectedGateway({
    ...NOWHERE,
    NEARSCORE_GRID_MEMBERS: member.address,
    NEARSCORE_GRID_CLUSTER: member.clusterName,
    NEARSCORE_HANDLER_TIMEOUT_MS: String(HANDLER_TIMEOUT_MS),
  });
  const call = callsTo(() => gateway.url);
  await call('PUT', '/v1/models/phishing/versions/1', modelUpload(phishing.onnx(1), phishing.modelJson));
  expect(await call('PUT', '/v1/streams/phishing', { model: 'phishing', version: 1 })).toMatchObject({ status: 200 });
  return gateway;
}

describe('a grid that does not answer', () => {
  let gateway: GatewayInProcess;
  const call = callsTo(() => gateway.url);

  beforeAll(async () => (gateway = await startWithStream()), 60_000);
  afterAll(() => gateway?.stop());

  test('a write is told as unknown in time, a read as failed, and health goes on', async () => {
    member.signal('SIGSTOP');
    const [written, removed, read, live, ready] = await Promise.all([
      call('PUT', '/v1/streams/phishing/records/k', record),
      call('DELETE', '/v1/streams/phishing/records/other'),
      call('GET', '/v1/streams/phishing/records/k'),
      call('GET', '/health/live'),
      call('GET', '/health/ready'),
    ]);
    const unknown = { error: { code: 'HANDLER_TIMEOUT', outcome: 'unknown', retriable: true } };
    expect(written).toMatchObject({ status: 503, json: unknown });
    expect(removed).toMatchObject({ status: 503, json: unknown });
    expect(read).toMatchObject(refused(503, 'HANDLER_TIMEOUT'));
    expect(read.json).not.toHaveProperty('error.outcome');
    expect(live).toMatchObject({ status: 200 });
    expect(ready.status).toBe(503);
    member.signal('SIGCONT');
    await eventually(async () =>
      expect(await call('GET', '/v1/streams/phishing/records/k')).toMatchObject({
        status: 200,
        json: { value: record },
      }),
    );
  });
});

test('a gateway that starts before its grid is live, says what is missing, and connects when the grid is there', async () => {
  const port = await freePort();
  const gateway = await startGatewayInProcess({
    ...NOWHERE,
    NEARSCORE_GRID_MEMBERS: `127.0.0.1:${port}`,
    NEARSCORE_GRID_CLUSTER: 'late',
  });
  const call = callsTo(() => gateway.url);
  expect(await call('GET', '/health/live')).toMatchObject({ status: 200 });
  expect(await call('GET', '/health/ready')).toMatchObject(
    refused(503, 'NOT_READY', { checks: { grid: { up: false } } }),
  );
  expect(await call('PUT', '/v1/streams/phishing/records/k', record)).toMatchObject(refused(503, 'GRID_UNAVAILABLE'));
  const late = await startMember({ port, clusterName: 'late' });
  await eventually(async () => expect(await call('GET', '/v1/streams')).toMatchObject({ status: 200 }), {
    timeoutMs: 20_000,
  });
  await gateway.stop();
  await late.stop();
}, 60_000);

describe('stopping', () => {
  const agent = new Agent({ keepAlive: true });
  afterAll(() => agent.destroy());

  /** Over a connection that is kept. */
  function ask(
    port: number,
    method: string,
    path: string,
    body = '',
  ): Promise<{ message: IncomingMessage; text: string }> {
    const headers = body === '' ? {} : { 'content-type': 'application/json', 'content-length': body.length };
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method, path, agent, headers }, (message) => {
        let text = '';
        message.on('data', (part: Buffer) => (text += part.toString()));
        message.on('end', () => resolve({ message, text }));
      });
      sent.on('error', reject).end(body);
    });
  }

  test('requests under way get their answer, and connections are not kept', async () => {
    const gateway = await startWithStream();
    await ask(gateway.port, 'GET', '/health/live');
    member.signal('SIGSTOP');
    const writing = ask(gateway.port, 'PUT', '/v1/streams/phishing/records/last', JSON.stringify(record));
    await eventually(async () => {
      const text = await (await fetch(`${gateway.url}/health/live`)).text();
      expect(text).toContain('ok');
    });
    const stopped = gateway.stop();
    member.signal('SIGCONT');
    const { message, text } = await writing;
    expect({ status: message.statusCode, body: JSON.parse(text) as unknown }).toMatchObject({
      status: 200,
      body: { key: 'last' },
    });
    expect(message.headers.connection).toBe('close');
    await stopped;
    await expect(fetch(`${gateway.url}/health/live`)).rejects.toThrow();
  }, 60_000);

  test('a connection on which nothing was asked yet is not waited for', async () => {
    const gateway = await startGatewayInProcess({
      ...NOWHERE,
      NEARSCORE_GRID_MEMBERS: member.address,
      NEARSCORE_GRID_CLUSTER: member.clusterName,
      // Later than the end of this test.
      NEARSCORE_HANDLER_TIMEOUT_MS: '60000',
    });
    const socket = connect(gateway.port, '127.0.0.1').on('error', () => undefined);
    const closed = once(socket, 'close');
    await once(socket, 'connect');
    // Connections are taken in their order: the first one has been, too.
    expect(await (await fetch(`${gateway.url}/health/live`)).json()).toEqual({ status: 'ok' });
    await gateway.stop();
    await closed;
  }, 30_000);

  test('the built gateway ends by itself on SIGTERM', async () => {
    const gateway = await startGateway({
      ...NOWHERE,
      NEARSCORE_GRID_MEMBERS: member.address,
      NEARSCORE_GRID_CLUSTER: member.clusterName,
    });
    expect(await (await fetch(`${gateway.url}/health/live`)).json()).toEqual({ status: 'ok' });
    gateway.signal('SIGTERM');
    expect(await gateway.ended).toBe('code 0');
    expect(gateway.logTail()).toContain('gateway ready');
  }, 60_000);

  test('a wrong environment ends the start with every fault', async () => {
    const wrong = { NEARSCORE_GRID_MEMBERS: 'nonsense', NEARSCORE_MAX_KEY_BYTES: '-1', REDIS_URL: 'http://secret' };
    const failure = await startGateway(wrong).then(
      () => 'started',
      (error: { logTail: string }) => error.logTail,
    );
    for (const name of Object.keys(wrong)) expect(failure).toContain(name);
    expect(failure).not.toContain('secret');
  }, 60_000);
});
