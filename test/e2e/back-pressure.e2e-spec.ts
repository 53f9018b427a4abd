import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  eventually,
  exampleModel,
  startGateway,
  startMember,
  startNode,
  type TestApp,
  type TestMember,
} from '@nearscore/testkit';
import { type Answer, callsTo, modelUpload, refused } from '../fixtures/http/gateway-calls';

const PARTITIONS = 13;
const LIMIT_SECONDS = 2;
const SLOW = { timeoutMs: 30_000 };
const phishing = exampleModel('phishing');
const record = phishing.records[0]?.values;

describe('writers of a stream whose scoring is behind', () => {
  let member: TestMember;
  let gateway: TestApp;
  let node: TestApp;
  const accepted: string[] = [];
  const call = callsTo(() => gateway.url);

  beforeAll(async () => {
    member = await startMember({ partitionCount: PARTITIONS });
    const env = { NEARSCORE_GRID_MEMBERS: member.address, NEARSCORE_GRID_CLUSTER: member.clusterName };
    [gateway, node] = await Promise.all([
      startGateway({ ...env, REDIS_URL: 'redis://127.0.0.1:1' }),
      startNode({ ...env, NEARSCORE_LANES: '1', NEARSCORE_WATCHDOG_MS: '600000' }),
    ]);
    await call('PUT', '/v1/models/phishing/versions/1', modelUpload(phishing.onnx(1), phishing.modelJson));
    for (const [stream, maxUnscoredAgeSeconds] of Object.entries({ strict: LIMIT_SECONDS, patient: 0, usual: null })) {
      const deployment = { model: 'phishing', version: 1, maxUnscoredAgeSeconds };
      expect(await call('PUT', `/v1/streams/${stream}`, deployment)).toMatchObject({ status: 200 });
    }
  }, 90_000);

  afterAll(async () => {
    // Its lane is stuck in the end.
    await node?.kill();
    for (const process of [gateway, member]) await process?.stop();
  }, 60_000);

  it('are let through while all is well', async () => {
    await eventually(async () => expect(await lagOf('strict')).toMatchObject({ partitionsWithoutLease: 0 }), SLOW);
    expect(await write('strict')).toMatchObject({ status: 200 });
    expect(await lagOf('strict')).toMatchObject({ maxUnscoredAgeSeconds: LIMIT_SECONDS });
    expect(await lagOf('usual')).toMatchObject({ maxUnscoredAgeSeconds: 10 });
  }, 60_000);

  it('are refused as a whole when a node is silent for longer than the limit, and told when to come again', async () => {
    node.signal('SIGSTOP');
    const answer = await eventually(async () => {
      const written = await write('strict');
      expect(written.status).toBe(429);
      return written;
    }, SLOW);
    expect(answer).toMatchObject(
      refused(429, 'STREAM_BEHIND', { stream: 'strict', maxUnscoredAgeSeconds: LIMIT_SECONDS }),
    );
    expect(answer).toMatchObject({ json: { error: { retriable: true } } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);

    const batch = ['batch-1', 'batch-2'].map((key) => ({ key, value: record }));
    expect(await call('POST', '/v1/streams/strict/records', batch)).toMatchObject({ status: 429 });
    expect(await call('GET', '/v1/streams/strict/records/batch-1')).toMatchObject({ status: 404 });
    expect(await call('DELETE', '/v1/streams/strict/records/batch-1')).toMatchObject({ status: 204 });
    // Nothing of this one was accepted meanwhile, and that one is never refused.
    for (const stream of ['usual', 'patient']) {
      expect(await call('PUT', `/v1/streams/${stream}/records/one`, record)).toMatchObject({ status: 200 });
    }
  }, 60_000);

  it('can see why', async () => {
    expect((await call('GET', '/v1/nodes')).json).toMatchObject({ partitionsWithoutLease: PARTITIONS });
    expect(await lagOf('strict')).toMatchObject({ partitionsWithoutLease: PARTITIONS });
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toContain(`nearscore_partitions_without_lease{stream="strict"} ${PARTITIONS}\n`);
    expect(metrics).toMatch(/nearscore_refused_writes_total\{stream="strict"\} [1-9]/);
    expect(metrics).not.toContain('nearscore_refused_writes_total{stream="patient"}');
  });

  it('are let through again by themselves, and no accepted record is without its prediction', async () => {
    node.signal('SIGCONT');
    await eventually(async () => expect(await write('strict')).toMatchObject({ status: 200 }), SLOW);
    for (const key of accepted) {
      const prediction = `/v1/streams/strict/predictions/${key}`;
      await eventually(async () => expect(await call('GET', prediction)).toMatchObject({ status: 200 }), SLOW);
    }
    await eventually(async () => expect(await lagOf('strict')).toMatchObject({ oldestUnscoredSeconds: 0 }), SLOW);
  }, 90_000);

  it('are refused when a lane is stuck in a model, though its node still beats', async () => {
    const onnx = readFileSync(join(__dirname, '../fixtures/models/hang.onnx'));
    const upload = modelUpload(onnx, { name: 'hang', features: ['code', 'other'] });
    expect(await call('PUT', '/v1/models/hang/versions/1', upload)).toMatchObject({ status: 200 });
    const deployment = { model: 'hang', version: 1, maxUnscoredAgeSeconds: LIMIT_SECONDS };
    expect(await call('PUT', '/v1/streams/endless', deployment)).toMatchObject({ status: 200 });
    await eventually(async () => expect(await lagOf('endless')).toMatchObject({ partitionsWithoutLease: 0 }), SLOW);

    const path = '/v1/streams/endless/records';
    expect(await call('PUT', `${path}/first`, { code: 3, other: 0 })).toMatchObject({ status: 200 });
    await eventually(
      async () => expect(await call('PUT', `${path}/second`, { code: 0, other: 0 })).toMatchObject({ status: 429 }),
      SLOW,
    );
    await eventually(async () =>
      expect((await call('GET', '/v1/nodes')).json).toMatchObject({
        ...{ partitionsWithoutLease: PARTITIONS, nodes: [{ alive: true, leases: { held: 0 } }] },
      }),
    );
  }, 90_000);

  async function write(stream: string): Promise<Answer> {
    const key = `k${accepted.length}`;
    const answer = await call('PUT', `/v1/streams/${stream}/records/${key}`, record);
    if (answer.status === 200) accepted.push(key);
    return answer;
  }

  async function lagOf(stream: string): Promise<unknown> {
    return ((await call('GET', `/v1/streams/${stream}`)).json as { lag: unknown }).lag;
  }
});
