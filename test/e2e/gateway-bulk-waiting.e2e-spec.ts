import {
  eventually,
  exampleModel,
  startGateway,
  startMember,
  startNode,
  type TestApp,
  type TestMember,
} from '@nearscore/testkit';
import { importRecords, type ImportLine } from '../fixtures/http/bulk-import';
import { callsTo, modelUpload } from '../fixtures/http/gateway-calls';

const SLOW = { timeoutMs: 30_000 };
const phishing = exampleModel('phishing');
const cancer = exampleModel('breast-cancer');
const values = phishing.records[0]!.values;
const PATH = '/v1/streams/phishing/records';

let member: TestMember;
let node: TestApp;
let gateway: TestApp;
/** Waits for a second only. */
let impatient: TestApp;

const call = callsTo(() => gateway.url);

beforeAll(async () => {
  member = await startMember({ partitionCount: 13 });
  const env = {
    NEARSCORE_GRID_MEMBERS: member.address,
    NEARSCORE_GRID_CLUSTER: member.clusterName,
    REDIS_URL: 'redis://127.0.0.1:1',
  };
  [gateway, impatient, node] = await Promise.all([
    startGateway(env),
    startGateway({ ...env, NEARSCORE_BULK_PATIENCE_TIMEOUT_MS: '1000' }),
    startNode({ ...env, NEARSCORE_LANES: '1', NEARSCORE_WATCHDOG_MS: '600000' }),
  ]);
  for (const [name, { onnx, modelJson }] of Object.entries({ phishing, cancer }))
    await call('PUT', `/v1/models/${name}/versions/1`, modelUpload(onnx(1), modelJson));
  const deployment = { model: 'phishing', version: 1, maxUnscoredAgeSeconds: 2 };
  expect(await call('PUT', '/v1/streams/phishing', deployment)).toMatchObject({ status: 200 });
  await eventually(async () => {
    await write();
    const { json } = await call('GET', `/v1/streams/phishing/predictions/k`);
    expect(json).toMatchObject({ key: 'k' });
  }, SLOW);
}, 120_000);

afterAll(async () => {
  await node?.kill();
  for (const process of [gateway, impatient, member]) await process?.stop();
}, 60_000);

const write = () => call('PUT', `${PATH}/k`, values);
const endOf = (lines: readonly ImportLine[]) => lines.at(-1);

function* lines(count: number): Generator<string> {
  for (let i = 0; i < count; i++) yield `${JSON.stringify({ key: `waiting-${i}`, value: values })}\n`;
}

async function refusals(): Promise<string | undefined> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return /^nearscore_refused_writes_total\{stream="phishing"\} (\S+)$/m.exec(text)?.[1];
}

test('an import of a stream that is behind waits until it is not', async () => {
  node.signal('SIGSTOP');
  await eventually(async () => expect(await write()).toMatchObject({ status: 429 }), SLOW);
  const refused = await refusals();
  let ticks = 0;
  const answer = await importRecords(gateway.url, 'phishing', lines(3_000), {
    onLine: ({ progress }) => {
      if (!progress || ++ticks > 4) return;
      expect(progress).toEqual({ line: 0, written: 0, failed: 0 });
      if (ticks === 4) node.signal('SIGCONT');
    },
  });
  expect(ticks).toBeGreaterThanOrEqual(4);
  expect(endOf(answer)).toEqual({ done: { lines: 3_000, written: 3_000, failed: 0 } });
  expect(await refusals()).toBe(refused);
  await eventually(async () => expect(await write()).toMatchObject({ status: 200 }), SLOW);
}, 120_000);

test('but not longer than its patience', async () => {
  node.signal('SIGSTOP');
  await eventually(async () => expect(await write()).toMatchObject({ status: 429 }), SLOW);
  const aborted = { code: 'STREAM_BEHIND', retriable: true, resumeAfterLine: 7 };
  const answer = await eventually(async () => {
    const told = await importRecords(impatient.url, 'phishing', lines(3_000), { skip: 7 });
    expect(endOf(told)?.aborted).toBeDefined();
    return told;
  }, SLOW);
  expect(endOf(answer)).toMatchObject({ aborted });
  const response = await fetch(`${impatient.url}${PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: [...lines(10)].join(''),
  });
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
  expect(await response.json()).toMatchObject({ error: { code: 'STREAM_BEHIND', details: { resumeAfterLine: 0 } } });
  node.signal('SIGCONT');
}, 120_000);

test('a stream that gets other fields meanwhile ends the import: the rest must be checked anew', async () => {
  await eventually(async () => expect(await write()).toMatchObject({ status: 200 }), SLOW);
  let deploying: Promise<unknown> | undefined;
  const answer = await importRecords(gateway.url, 'phishing', lines(Infinity), {
    onLine: ({ progress }) => {
      if ((progress?.written ?? 0) > 0)
        deploying ??= call('PUT', '/v1/streams/phishing', { model: 'cancer', version: 1 });
    },
  });
  expect(await deploying).toMatchObject({ status: 200 });
  expect(endOf(answer)).toMatchObject({ aborted: { code: 'STREAM_CHANGED', retriable: true } });
}, 120_000);
