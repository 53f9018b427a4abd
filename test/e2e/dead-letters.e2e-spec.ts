import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { Client } from 'hazelcast-client';
import { predictionSerializer, type PredictionRecord } from '@nearscore/records';
import {
  eventually,
  startGateway,
  startMember,
  startNode,
  startRedis,
  type TestApp,
  type TestMember,
  type TestRedis,
  uniqueName,
} from '@nearscore/testkit';
import { callApi } from './stack';

const ATTEMPTS = 3;
const PATIENCE = { timeoutMs: 40_000 };
const STREAM = 'poison';
const PATH = `/v1/streams/${STREAM}/dead-letters`;

interface DeadLetter {
  readonly key: string;
  readonly keyData: string;
  readonly state: 'retrying' | 'dead';
  readonly attempts: number;
  readonly version: number;
  readonly reason: { readonly code: string };
  readonly firstAt: string;
  readonly lastAt: string;
  readonly nextAttemptAt: string | null;
}

interface Page {
  readonly deadLetters: readonly DeadLetter[];
  readonly cursor: string | null;
}

/** The model fails on a `code` above 3: MODEL_RUN_FAILED. Its second version takes all. */
describe('records that cannot be scored', () => {
  let member: TestMember;
  let redis: TestRedis;
  let gateway: TestApp;
  let node: TestApp;
  let client: Client;

  beforeAll(async () => {
    [member, redis] = await Promise.all([startMember(), startRedis()]);
    [node, gateway] = await Promise.all([startNode(nodeEnv()), startGateway(env())]);
    client = await Client.newHazelcastClient({
      clusterName: member.clusterName,
      network: { clusterMembers: [member.address] },
      serialization: { defaultNumberType: 'float', compact: { serializers: [predictionSerializer as never] } },
      properties: { 'hazelcast.logging.level': 'ERROR' },
    });
    await putModel(1, ['code', 'other']);
    await putModel(2, [{ name: 'code', scale: { min: 0, max: 1_000 } }, 'other']);
    await eventually(() => deploy(1), PATIENCE);
  }, 90_000);

  afterAll(async () => {
    await client?.shutdown();
    await Promise.all([gateway?.stop(), node?.stop()]);
    await Promise.all([redis?.stop(), member?.stop()]);
  });

  afterEach(async () => {
    await (await records()).clear();
    await (await client.getMap('nearscore.parked')).clear();
  });

  it('become dead letters, once each, and hold nothing else up', async () => {
    const entries = Array.from({ length: 4_000 }, (_, n) => [`k${n}`, [n % 1_000 === 7 ? 99 : n % 4, 0]] as Entry);
    const poison = entries.filter(([, [code = 0]]) => code > 3).map(([key]) => key);
    await (await records()).setAll(entries);
    await (await records()).set('short', [1]);
    await eventually(async () => expect(await scored(entries)).toBe(entries.length - poison.length), PATIENCE);
    await eventually(async () => expect(await keysOf('state=dead')).toEqual([...poison, 'short'].sort()), PATIENCE);

    const { deadLetters } = await list('reason=MODEL_RUN_FAILED');
    expect(deadLetters.map(({ key }) => key).sort()).toEqual(poison.sort());
    for (const letter of deadLetters) {
      expect(letter).toMatchObject({ state: 'dead', attempts: ATTEMPTS, version: 1, nextAttemptAt: null });
      expect(Date.parse(letter.lastAt)).toBeGreaterThan(Date.parse(letter.firstAt));
    }
    // Trying again what is not of the model's form would help nobody.
    expect(await get('short')).toMatchObject({ state: 'dead', attempts: 1, reason: { code: 'WRONG_LENGTH' } });
    expect(await metric('nearscore_retries_total{stream="poison",outcome="failed"}')).toBe(
      poison.length * (ATTEMPTS - 1),
    );
    expect(await metric('nearscore_dead_letters_total{stream="poison",code="MODEL_RUN_FAILED"}')).toBe(poison.length);
  }, 120_000);

  it('are listed page by page', async () => {
    await parkDead(['p1', 'p2', 'p3']);
    const keys: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page = await list(`limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      keys.push(...page.deadLetters.map(({ key }) => key));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(keys.sort()).toEqual(['p1', 'p2', 'p3']);
    await expect(list('state=gone')).rejects.toThrow('400');
    await expect(get('nobody')).rejects.toThrow('DEAD_LETTER_NOT_FOUND');
  }, 120_000);

  it('leave when a later record of the key is scored, or the record is removed', async () => {
    await parkDead(['later', 'removed', 'kept']);
    await (await records()).set('later', [1, 0]);
    await (await records()).delete('removed');
    await eventually(async () => expect(await keysOf('')).toEqual(['kept']), PATIENCE);
    await callApi(gateway.url, 'DELETE', `${PATH}/kept`);
    expect(await keysOf('')).toEqual([]);
  }, 120_000);

  it('are tried no more often when jobs come twice, or are not owed any more', async () => {
    const before = await metric('nearscore_retries_total{stream="poison",outcome="failed"}');
    await (await records()).set('twice', [99, 0]);
    const { keyData } = await eventually(() => get('twice'), PATIENCE);
    const entry = `${STREAM}/${Buffer.from(keyData, 'base64').toString('base64url')}`;
    const queue = new Queue('retries', { prefix: `nearscore-${member.clusterName}`, connection: { url: redis.url } });
    queue.on('error', () => undefined);
    let attempts = 0;
    await eventually(async () => {
      const parked = await get('twice');
      const at = parked.nextAttemptAt === null ? 0 : Date.parse(parked.nextAttemptAt);
      for (let copy = 0; copy < 3; copy++) await queue.add('retry', { entry, attempts: parked.attempts, at });
      await queue.add('retry', 'of another software');
      attempts = Math.max(attempts, parked.attempts);
      expect(parked.state).toBe('dead');
    }, PATIENCE);
    await eventually(async () => expect(await queue.getJobCountByTypes('waiting', 'active')).toBe(0), PATIENCE);
    await queue.close();
    expect(attempts).toBe(ATTEMPTS);
    expect(await get('twice')).toMatchObject({ state: 'dead', attempts: ATTEMPTS });
    expect((await metric('nearscore_retries_total{stream="poison",outcome="failed"}')) - before).toBe(ATTEMPTS - 1);
  }, 120_000);

  it('are rebuilt in a Redis that was killed and came back empty', async () => {
    await (await records()).setAll([['r1', [99, 0]]]);
    await eventually(async () => expect(await keysOf('')).toEqual(['r1']), PATIENCE);
    await redis.kill();
    await (
      await records()
    ).setAll([
      ['r2', [99, 0]],
      ['good', [1, 0]],
    ]);
    // Scoring and parking need no Redis.
    await eventually(async () => expect(await scored([['good', []]])).toBe(1), PATIENCE);
    await eventually(async () => expect(await keysOf('')).toEqual(['r1', 'r2']), PATIENCE);
    await eventually(async () => expect(await metric('nearscore_retry_queue_up')).toBe(0), PATIENCE);
    // Neither does a replay.
    await parkedUntilAsked('r2');
    redis = await startRedis({ port: redis.port });
    await eventually(async () => expect(await keysOf('state=dead')).toEqual(['r1', 'r2']), PATIENCE);
    for (const { attempts } of (await list('')).deadLetters) expect(attempts).toBe(ATTEMPTS);
  }, 180_000);

  it('are owed their attempts still after the node was killed', async () => {
    await (
      await records()
    ).setAll([
      ['n1', [99, 0]],
      ['n2', [99, 0]],
    ]);
    await eventually(async () => expect(await keysOf('')).toEqual(['n1', 'n2']), PATIENCE);
    await node.kill();
    node = await startNode(nodeEnv());
    await eventually(async () => expect(await keysOf('state=dead')).toEqual(['n1', 'n2']), PATIENCE);
    for (const { attempts } of (await list('')).deadLetters) expect(attempts).toBe(ATTEMPTS);
    await (await records()).set('n1', [2, 0]);
    // The new lane did not park it itself.
    await eventually(async () => expect(await keysOf('')).toEqual(['n2']), PATIENCE);
  }, 180_000);

  it('are scored by a replay once the model is mended', async () => {
    await parkDead(['m1', 'm2', 'm3']);
    await deploy(2);
    expect(await keysOf('state=dead')).toEqual(['m1', 'm2', 'm3']);
    await callApi(gateway.url, 'POST', `${PATH}/m1/replay`);
    await eventually(async () => expect(await keysOf('')).toEqual(['m2', 'm3']), PATIENCE);
    const all = await callApi(gateway.url, 'POST', `${PATH}/replay?reason=MODEL_RUN_FAILED`);
    expect(all).toEqual({ matched: 2, requeued: 2, cursor: null });
    await eventually(async () => expect(await keysOf('')).toEqual([]), PATIENCE);
    for (const key of ['m1', 'm2', 'm3']) {
      expect(await (await predictions()).get(key)).toMatchObject({ version: 2 });
    }
    await deploy(1);
  }, 180_000);

  it('are tried as often as their deployment says, as soon as it says so', async () => {
    const { epoch } = (await callApi<StreamView>(gateway.url, 'GET', `/v1/streams/${STREAM}`)).deployment;
    const retries = { attempts: 2, firstDelaySeconds: 0.05 };
    const set = await callApi<StreamView>(gateway.url, 'PUT', `/v1/streams/${STREAM}`, { retries });
    // Nothing that scores has changed, so nothing is disturbed.
    expect(set.deployment).toMatchObject({ version: 1, epoch, retries });
    await eventually(async () => {
      const key = uniqueName('set');
      await (await records()).set(key, [99, 0]);
      const letter = await eventually(async () => {
        const found = await get(key);
        expect(found.state).toBe('dead');
        return found;
      }, PATIENCE);
      expect(letter.attempts).toBe(2);
    }, PATIENCE);
    await callApi(gateway.url, 'PUT', `/v1/streams/${STREAM}`, { retries: null });
    await eventually(async () => {
      const key = uniqueName('unset');
      await (await records()).set(key, [99, 0]);
      await eventually(async () => expect(await get(key)).toMatchObject({ state: 'dead' }), PATIENCE);
      expect((await get(key)).attempts).toBe(ATTEMPTS);
    }, PATIENCE);
    await expect(callApi(gateway.url, 'PUT', '/v1/streams/none', { retries })).rejects.toThrow('STREAM_NOT_FOUND');
  }, 180_000);

  it('are replayed with lines that tell how it goes', async () => {
    const keys = Array.from({ length: 600 }, (_, n) => `l${String(n).padStart(3, '0')}`);
    const retries = { attempts: 1 };
    await callApi(gateway.url, 'PUT', `/v1/streams/${STREAM}`, { retries });
    await parkDead(keys);
    const answer = await fetch(`${gateway.url}${PATH}/replay?state=dead`, {
      method: 'POST',
      headers: { accept: 'application/x-ndjson' },
    });
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = (await answer.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ReplayLine);
    expect(lines.map(({ progress, done }) => progress?.matched ?? done)).toEqual([
      ...[0, 500],
      { matched: keys.length, requeued: keys.length },
    ]);
    expect(lines[0]?.progress?.total).toBe(keys.length);
    await eventually(async () => expect(await keysOf('state=dead&limit=1000')).toEqual(keys), PATIENCE);
    await callApi(gateway.url, 'PUT', `/v1/streams/${STREAM}`, { retries: null });
  }, 180_000);

  it('are tried by whichever of several nodes serves them, also when one is killed meanwhile', async () => {
    const second = await startNode(nodeEnv());
    const lanesOf = ({ nodes }: Cluster): number[] => nodes.map(({ leases }) => leases.held).filter((held) => held > 0);
    await eventually(async () => {
      expect(lanesOf(await callApi<Cluster>(gateway.url, 'GET', '/v1/nodes'))).toHaveLength(2);
    }, PATIENCE);
    const keys = Array.from({ length: 30 }, (_, n) => `s${n}`);
    await parkDead(keys);
    for (const { attempts } of (await list('')).deadLetters) expect(attempts).toBe(ATTEMPTS);
    const replayed = await callApi(gateway.url, 'POST', `${PATH}/replay`);
    expect(replayed).toEqual({ matched: keys.length, requeued: keys.length, cursor: null });
    await second.kill();
    await eventually(async () => expect(await keysOf('state=dead')).toEqual([...keys].sort()), PATIENCE);
    for (const { attempts } of (await list('')).deadLetters) expect(attempts).toBe(ATTEMPTS);
  }, 180_000);

  /** A replay whose attempt fails too: seen in the metric of attempts. */
  async function parkedUntilAsked(key: string): Promise<void> {
    const before = await metric('nearscore_retries_total{stream="poison",outcome="failed"}');
    await callApi(gateway.url, 'POST', `${PATH}/${key}/replay`);
    await eventually(async () => {
      const after = await metric('nearscore_retries_total{stream="poison",outcome="failed"}');
      expect(after).toBeGreaterThan(before);
    }, PATIENCE);
  }

  async function parkDead(keys: readonly string[]): Promise<void> {
    await (await records()).setAll(keys.map((key) => [key, [99, 0]]));
    await eventually(async () => expect(await keysOf('state=dead&limit=1000')).toEqual([...keys].sort()), PATIENCE);
  }

  function list(query: string): Promise<Page> {
    return callApi<Page>(gateway.url, 'GET', `${PATH}?${query}`);
  }

  async function keysOf(query: string): Promise<string[]> {
    return (await list(query)).deadLetters.map(({ key }) => key).sort();
  }

  function get(key: string): Promise<DeadLetter> {
    return callApi<DeadLetter>(gateway.url, 'GET', `${PATH}/${key}`);
  }

  /** Of the node; 0 when it is not told. */
  async function metric(sample: string): Promise<number> {
    const text = await (await fetch(`${node.url}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`${sample} `));
    return line === undefined ? 0 : Number(line.slice(sample.length));
  }

  function records() {
    return client.getMap<string, number[]>(`features.${STREAM}`);
  }

  function predictions() {
    return client.getMap<string, PredictionRecord>(`predictions.${STREAM}`);
  }

  async function scored(entries: readonly Entry[]): Promise<number> {
    return (await (await predictions()).getAll(entries.map(([key]) => key))).length;
  }

  async function putModel(version: number, features: unknown[]): Promise<void> {
    const form = new FormData();
    const onnx = readFileSync(join(__dirname, '../fixtures/models/poison.onnx'));
    form.set('model', new Blob([new Uint8Array(onnx)]), 'model.onnx');
    form.set('config', new Blob([JSON.stringify({ name: 'poison', features })]), 'model.json');
    const url = `${gateway.url}/v1/models/poison/versions/${version}`;
    await eventually(async () => {
      const stored = await fetch(url, { method: 'PUT', body: form });
      expect([stored.status, stored.ok ? '' : await stored.text()]).toEqual([200, '']);
    }, PATIENCE);
  }

  async function deploy(version: number): Promise<void> {
    await callApi(gateway.url, 'PUT', `/v1/streams/${STREAM}`, { model: 'poison', version });
    await eventually(async () => {
      const { nodes } = await callApi<{ nodes: { alive: boolean; streams: { version: number }[] }[] }>(
        gateway.url,
        'GET',
        '/v1/nodes',
      );
      const served = nodes.filter(({ alive }) => alive).flatMap(({ streams }) => streams);
      expect(served.map((stream) => stream.version)).toEqual([version]);
    }, PATIENCE);
  }

  function env(): Record<string, string> {
    return {
      NEARSCORE_GRID_MEMBERS: member.address,
      NEARSCORE_GRID_CLUSTER: member.clusterName,
      REDIS_URL: redis.url,
    };
  }

  function nodeEnv(): Record<string, string> {
    return {
      ...env(),
      NEARSCORE_RETRY_ATTEMPTS: `9,${STREAM}=${ATTEMPTS}`,
      NEARSCORE_RETRY_DELAY_MS: '400',
      NEARSCORE_RETRY_SWEEP_MS: '1000',
    };
  }
});

interface StreamView {
  readonly deployment: { readonly version: number; readonly epoch: number; readonly retries: object | null };
}

interface ReplayLine {
  readonly progress?: { readonly matched: number; readonly total: number };
  readonly done?: { readonly matched: number; readonly requeued: number };
}

interface Cluster {
  readonly nodes: readonly { readonly leases: { readonly held: number } }[];
}

type Entry = [key: string, values: number[]];
