import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { projectPath } from '@nearscore/local-cluster';
import { type Grid, connectGrid } from '@nearscore/grid';
import { openRegistry, REGISTRY_MAPS } from '@nearscore/registry';
import { eventually, exampleModel, startMember, startRedis, type TestMember, type TestRedis } from '@nearscore/testkit';
import { callsTo, modelUpload, refused } from '../fixtures/http/gateway-calls';
import { examplePathOf, type OpenApiDocument, operationsOf, statusOf } from '../fixtures/http/openapi-document';
import { exportedModel } from '../fixtures/models/exported-model';
import { leasesOf, nodeEntryOf, nodeStreamOf } from '../fixtures/registry/node-entry';
import { type GatewayInProcess, startConnectedGateway } from '../fixtures/http/gateway-in-process';

const phishing = exampleModel('phishing');

/** Versions of a model. */
const RETENTION = 4;

let member: TestMember;
let redis: TestRedis;
let gateway: GatewayInProcess;
let grid: Grid;
/** A node that announces itself. */
let beating: NodeJS.Timeout | undefined;

const call = callsTo(() => gateway.url);
const putModel = (path: string, onnx: Uint8Array = phishing.onnx(1), config: unknown = phishing.modelJson) =>
  call('PUT', `/v1/models/${path}`, modelUpload(onnx, config));

const env = (): Record<string, string> => ({
  NEARSCORE_GRID_MEMBERS: member.address,
  NEARSCORE_GRID_CLUSTER: member.clusterName,
  REDIS_URL: redis.url,
  NEARSCORE_MAX_MODEL_BYTES: '1000000',
  NEARSCORE_MAX_MODEL_UPLOADS: '1',
  NEARSCORE_MODEL_RETENTION: String(RETENTION),
});

beforeAll(async () => {
  [member, redis] = await Promise.all([
    startMember({ mapConfig: { 'features.no-journal': { 'event-journal': { enabled: false } } } }),
    startRedis(),
  ]);
  gateway = await startConnectedGateway(env());
  const { address, clusterName } = member;
  grid = await connectGrid({ members: [address], clusterName, clientName: 'test' });
}, 60_000);

afterAll(async () => {
  clearInterval(beating);
  await Promise.all([gateway?.stop(), grid?.close()]);
  await Promise.all([member?.stop(), redis?.stop()]);
});

describe('before anything is deployed', () => {
  test('live, but not ready, and it says why', async () => {
    expect(await call('GET', '/health/live')).toMatchObject({ status: 200 });
    await eventually(async () =>
      expect(await call('GET', '/health/ready')).toMatchObject(
        refused(503, 'NOT_READY', {
          checks: {
            grid: { up: true, members: 1 },
            nodes: { up: false, ready: 0, known: 0 },
            deployments: { up: false, count: 0 },
            redis: { up: true, version: expect.stringMatching(/^\d+\./), maxmemoryPolicy: expect.any(String) },
          },
        }),
      ),
    );
  });

  test('no stream, no model', async () => {
    expect(await call('GET', '/v1/streams')).toMatchObject({ status: 200, json: { streams: [] } });
    expect(await call('GET', '/v1/models')).toMatchObject({ status: 200, json: { models: [] } });
    const noStream = refused(404, 'STREAM_NOT_FOUND', { stream: 'phishing' });
    expect(await call('GET', '/v1/streams/phishing')).toMatchObject(noStream);
    expect(await call('PUT', '/v1/streams/phishing/records/k', {})).toMatchObject(noStream);
    expect(await call('POST', '/v1/streams/phishing/records', [])).toMatchObject(noStream);
    expect(await call('GET', '/v1/streams/phishing/predictions/k')).toMatchObject(noStream);
    expect(await call('GET', '/v1/models/phishing')).toMatchObject(refused(404, 'MODEL_NOT_FOUND'));
    expect(await call('GET', '/v1/models/phishing/versions/1')).toMatchObject(refused(404, 'MODEL_VERSION_NOT_FOUND'));
  });
});

describe('models', () => {
  test('a version is admitted with what its graph tells, and never changes', async () => {
    const admitted = await putModel('phishing/versions/1');
    expect(admitted).toMatchObject({
      status: 200,
      json: {
        ...{ model: 'phishing', version: 1, byteLength: phishing.onnx(1).length },
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        signature: { inputs: [{ name: 'features', datatype: 'float32' }] },
        config: { score: { output: 'probabilities', column: 1 } },
        uploadedSha256: createHash('sha256').update(phishing.onnx(1)).digest('hex'),
        ...{ admittedBy: null, aliases: { live: [], candidate: [], previous: [] } },
        graph: { opset: { 'ai.onnx': expect.any(Number) }, domains: expect.arrayContaining(['ai.onnx']) },
        admission: {
          lowered: [],
          probe: { rows: 512, failed: 0 },
          goldenRows: 0,
          stepsMs: { load: expect.any(Number) },
        },
      },
    });
    const { sha256, uploadedSha256 } = admitted.json as Record<string, string>;
    expect(uploadedSha256).toBe(sha256);
    expect(await putModel('phishing/versions/1')).toMatchObject({ status: 200, json: admitted.json as object });
    expect(await putModel('phishing/versions/1', phishing.onnx(2))).toMatchObject(refused(409, 'MODEL_VERSION_EXISTS'));
    expect(await call('GET', '/v1/models/phishing/versions/1')).toEqual(
      expect.objectContaining({ json: admitted.json }),
    );
  });

  test('versions are listed in their order', async () => {
    await putModel('phishing/versions/10', phishing.onnx(3));
    await putModel('phishing/versions/2', phishing.onnx(2));
    expect((await call('GET', '/v1/models')).json).toEqual({
      models: [{ model: 'phishing', versions: [1, 2, 10], aliases: { live: {}, candidate: {}, previous: {} } }],
    });
    const { json } = await call('GET', '/v1/models/phishing');
    expect((json as { versions: { version: number }[] }).versions.map(({ version }) => version)).toEqual([1, 2, 10]);
  });

  test.each([
    ['%2e%2e%2fx/versions/1', 'INVALID_NAME', 400],
    ['Phishing/versions/1', 'INVALID_NAME', 400],
    ['phishing%00/versions/1', 'INVALID_NAME', 400],
    ['phishing/versions/01', 'INVALID_VERSION', 400],
    ['phishing/versions/1e3', 'INVALID_VERSION', 400],
    ['phishing/versions/0', 'INVALID_VERSION', 400],
    ['phishing/versions/2147483648', 'INVALID_VERSION', 400],
  ])('%s is %s', async (path, code, status) => expect(await putModel(path)).toMatchObject(refused(status, code)));

  test('a file that is no model is refused', async () => {
    expect(await putModel('broken/versions/1', Buffer.from('not onnx'))).toMatchObject(refused(422, 'MODEL_REFUSED'));
    expect(await putModel('broken/versions/1', phishing.onnx(1).subarray(0, 300))).toMatchObject(
      refused(422, 'MODEL_REFUSED'),
    );
    expect(await call('GET', '/v1/models/broken')).toMatchObject(refused(404, 'MODEL_NOT_FOUND'));
  });

  test('a checksum that is given must be that of the file', async () => {
    const [expected, actual] = ['0'.repeat(64), createHash('sha256').update(phishing.onnx(1)).digest('hex')];
    const upload = (sha256: string) => modelUpload(phishing.onnx(1), phishing.modelJson, { sha256 });
    const path = '/v1/models/checked/versions/1';
    expect(await call('PUT', path, upload(expected))).toMatchObject(
      refused(422, 'MODEL_REFUSED', { reason: 'checksum', expected, actual }),
    );
    expect(await call('PUT', path, upload('c0ffee'))).toMatchObject(refused(400, 'MODEL_UPLOAD_INVALID'));
    expect(await call('GET', path)).toMatchObject({ status: 404 });
    expect(await call('PUT', path, upload(` ${actual.toUpperCase()}\n`))).toMatchObject({ status: 200 });
  });

  test('golden rows decide too, and are refused by path when they are none', async () => {
    const { onnx, config, golden } = exportedModel('iris');
    const put = (rows: unknown) =>
      call('PUT', '/v1/models/iris/versions/1', modelUpload(onnx, config, { golden: JSON.stringify(rows) }));
    expect(await put({ rows: [{ record: {} }, 7] })).toMatchObject(
      refused(422, 'GOLDEN_ROWS_INVALID', { issues: [{ path: 'rows.0' }, { path: 'rows.1' }] }),
    );
    const [first, second] = golden.rows;
    expect(await put({ rows: [first, { ...second, score: 0 }] })).toMatchObject(
      refused(422, 'MODEL_REFUSED', { reason: 'golden', row: 1, expected: 0 }),
    );
    expect(await put(golden)).toMatchObject({ status: 200, json: { admission: { goldenRows: 20 } } });
  });

  test('it is kept who admitted a version, as they say, of the first time', async () => {
    const put = (user: string) =>
      fetch(`${gateway.url}/v1/models/by-ada/versions/1`, {
        method: 'PUT',
        headers: { 'x-nearscore-user': user },
        body: modelUpload(phishing.onnx(1), phishing.modelJson),
      });
    expect(await (await put('x'.repeat(129))).json()).toMatchObject({ error: { code: 'INVALID_USER' } });
    expect(await (await put('Ada')).json()).toMatchObject({ admittedBy: 'Ada' });
    expect(await (await put('Bob')).json()).toMatchObject({ admittedBy: 'Ada' });
  });

  test('a model.json that does not agree with its graph is refused by path', async () => {
    const config = { ...(phishing.modelJson as object), score: { output: 'nothing', column: 1 } };
    expect(await putModel('broken/versions/1', phishing.onnx(1), config)).toMatchObject(
      refused(422, 'MODEL_CONFIG_INVALID', { issues: [{ path: 'score.output' }] }),
    );
  });

  test('exactly the two parts, within their sizes', async () => {
    const path = '/v1/models/broken/versions/1';
    const invalid = refused(400, 'MODEL_UPLOAD_INVALID');
    const form = (...parts: [string, string | Blob][]) => {
      const data = new FormData();
      for (const [name, value] of parts) data.append(name, value as string);
      return data;
    };
    const onnx = new Blob([phishing.onnx(1)]);
    const config = JSON.stringify(phishing.modelJson);
    expect(await call('PUT', path, form(['model', onnx]))).toMatchObject(invalid);
    expect(await call('PUT', path, form(['config', config]))).toMatchObject(invalid);
    expect(await call('PUT', path, form(['model', 'text'], ['config', config]))).toMatchObject(invalid);
    expect(await call('PUT', path, form(['model', onnx], ['model', onnx]))).toMatchObject(invalid);
    expect(await call('PUT', path, form(['model', onnx], ['extra', onnx]))).toMatchObject(invalid);
    expect(await call('PUT', path, form(['model', onnx], ['config', config], ['c', 'd']))).toMatchObject(invalid);
    expect(await call('PUT', path, form(['model', onnx], ['config', '{']))).toMatchObject(
      refused(400, 'JSON_MALFORMED'),
    );
    const large = new Blob([Buffer.alloc(1_000_001)]);
    expect(await call('PUT', path, form(['model', large], ['config', config]))).toMatchObject(
      refused(413, 'MODEL_TOO_LARGE'),
    );
    const file = new Blob([config], { type: 'application/json' });
    expect(await call('PUT', '/v1/models/as-file/versions/1', form(['model', onnx], ['config', file]))).toMatchObject({
      status: 200,
    });
  });

  test('uploads beyond the limit are told to come again', async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => putModel('phishing/versions/1')));
    const busy = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
    expect(busy.length).toBeGreaterThanOrEqual(1);
    expect(busy[0]).toMatchObject({ json: { error: { code: 'TOO_MANY_UPLOADS', retriable: true } } });
    expect(busy[0]?.headers.get('retry-after')).toBe('5');
    expect(await putModel('phishing/versions/1')).toMatchObject({ status: 200 });
  });
});

describe('deployments', () => {
  test('a version that is not admitted cannot be deployed', async () => {
    expect(await call('PUT', '/v1/streams/phishing', { model: 'phishing', version: 7 })).toMatchObject(
      refused(404, 'MODEL_VERSION_NOT_FOUND'),
    );
    expect(await call('GET', '/v1/streams/phishing')).toMatchObject(refused(404, 'STREAM_NOT_FOUND'));
  });

  test('a feature map that could lose records is refused by the name of the setting', async () => {
    expect(await call('PUT', '/v1/streams/no-journal', { model: 'phishing', version: 1 })).toMatchObject(
      refused(409, 'FEATURE_MAP_SETTINGS', { map: 'features.no-journal', setting: 'event-journal' }),
    );
    expect(await call('GET', '/v1/streams/no-journal')).toMatchObject({ status: 404 });
  });

  test('a version is removed when no stream needs it, and its bytes with it', async () => {
    const path = '/v1/models/removed/versions/1';
    const chunks = await grid.binaryMap(REGISTRY_MAPS.modelChunks);
    const before = await chunks.size();
    const { onnx, config } = exportedModel('diabetes');
    expect(await putModel('removed/versions/1', onnx, config)).toMatchObject({ status: 200 });
    expect(await chunks.size()).toBe(before + 1);
    expect(await call('DELETE', path)).toMatchObject({ status: 204, json: undefined });
    expect(await call('DELETE', path)).toMatchObject(refused(404, 'MODEL_VERSION_NOT_FOUND', { version: 1 }));
    expect(await call('DELETE', '/v1/models/removed/versions/01')).toMatchObject(refused(400, 'INVALID_VERSION'));
    expect(await chunks.size()).toBe(before);
  });

  test('a stream is deployed; the epoch rises with each change alone', async () => {
    const deploy = (version: number) => call('PUT', '/v1/streams/phishing', { model: 'phishing', version });
    expect(await deploy(2)).toMatchObject({ status: 200, json: { deployment: { version: 2, epoch: 1 } } });
    expect(await deploy(2)).toMatchObject({ json: { deployment: { version: 2, epoch: 1 } } });
    expect(await deploy(1)).toMatchObject({
      json: {
        stream: 'phishing',
        deployment: {
          ...{ model: 'phishing', version: 1, epoch: 2 },
          ...{ featureMap: 'features.phishing', predictionMap: 'predictions.phishing' },
        },
        counts: { records: 0, predictions: 0, parked: 0 },
        lag: { unscoredRecords: 0, oldestUnscoredSeconds: 0 },
      },
    });
    expect((await call('GET', '/v1/streams')).json).toMatchObject({ streams: [{ stream: 'phishing' }] });
    const { json } = await call('GET', '/v1/models/phishing');
    const { versions } = json as { versions: { version: number; aliases: object }[] };
    const live = versions.map(({ version, aliases }) => ({ version, aliases }));
    expect(live).toContainEqual({ version: 1, aliases: { live: ['phishing'], candidate: [], previous: [] } });
    expect(live).toContainEqual({ version: 2, aliases: { live: [], candidate: [], previous: ['phishing'] } });
    expect((await call('GET', '/v1/models')).json).toMatchObject({
      models: expect.arrayContaining([
        expect.objectContaining({
          model: 'phishing',
          aliases: { live: { phishing: 1 }, candidate: {}, previous: { phishing: 2 } },
        }),
      ]),
    });
  });

  test('settings of a stream that one gateway is told are known to the others at once, and raise no epoch', async () => {
    const other = await startConnectedGateway(env());
    try {
      const callOther = callsTo(() => other.url);
      const { json } = await call('GET', '/v1/streams/phishing');
      const { epoch } = (json as { deployment: { epoch: number } }).deployment;
      const retries = { attempts: 2, maxDelaySeconds: 60 };
      for (let maxUnscoredAgeSeconds = 1; maxUnscoredAgeSeconds < 20; maxUnscoredAgeSeconds++) {
        const settings = { maxUnscoredAgeSeconds, retries };
        expect(await call('PUT', '/v1/streams/phishing', settings)).toMatchObject({ json: { deployment: settings } });
        expect((await callOther('GET', '/v1/streams/phishing')).json).toMatchObject({
          deployment: { ...settings, epoch, version: 1 },
        });
      }
      const unset = { maxUnscoredAgeSeconds: null, retries: null };
      expect(await call('PUT', '/v1/streams/phishing', unset)).toMatchObject({
        json: { deployment: { ...unset, epoch } },
      });
      expect(await call('PUT', '/v1/streams/nobody', { retries })).toMatchObject(refused(404, 'STREAM_NOT_FOUND'));
    } finally {
      await other.stop();
    }
  });
});

describe('versions that streams need', () => {
  test.each([
    [1, 'live'],
    [2, 'previous'],
  ])('%d, which is %s, is not removed', async (version, role) =>
    expect(await call('DELETE', `/v1/models/phishing/versions/${version}`)).toMatchObject(
      refused(409, 'MODEL_VERSION_IN_USE', { model: 'phishing', version, uses: [{ stream: 'phishing', role }] }),
    ),
  );

  test('stay when older ones are removed after an admission', async () => {
    for (let version = 11; version < 11 + RETENTION; version++) await putModel(`phishing/versions/${version}`);
    await eventually(async () => {
      const { json } = await call('GET', '/v1/models/phishing');
      const versions = (json as { versions: { version: number }[] }).versions.map(({ version }) => version);
      expect(versions).toEqual([1, 2, ...Array.from({ length: RETENTION }, (_, index) => 11 + index)]);
    });
  });
});

describe('nodes', () => {
  test('a node that announced itself is shown with its member, and the gateway is ready', async () => {
    const { nodes } = await openRegistry(grid);
    const [first] = grid.members();
    const entry = nodeEntryOf({
      memberUuid: first!.uuid,
      lanes: [{ lane: 0, partitions: 31, leases: 30 }],
      leases: leasesOf(30),
      ...{ recordsRead: 1250, recordsReadFromOwnMember: 1250 },
      streams: [nodeStreamOf('phishing', { epoch: 2, unscored: 3, oldestUnscoredMs: 1500, scoredPerSecond: 9 })],
    });
    let beats = 0;
    const beat = () => nodes.announce({ ...entry, beats: ++beats }, 60_000);
    beating = setInterval(() => void beat(), 200);
    await beat();
    const shown = { id: 'n1', ready: true, alive: true, locality: 1, partitions: 31, member: { uuid: first!.uuid } };
    // The gateway hears of a node that is new a moment later.
    await eventually(async () => {
      expect((await call('GET', '/v1/nodes')).json).toMatchObject({
        partitions: 31,
        partitionsWithoutLease: 1,
        members: [{ uuid: first!.uuid, address: member.address, partitions: 31 }],
        nodes: [{ ...shown, leases: { held: 30 } }],
      });
      expect((await call('GET', '/v1/streams/phishing')).json).toMatchObject({
        lag: { unscoredRecords: 3, oldestUnscoredSeconds: 1.5, partitionsWithoutLease: 1, maxUnscoredAgeSeconds: 0 },
        rate: { scoredPerSecond: 9 },
      });
      expect(await call('GET', '/health/ready')).toMatchObject({ status: 200, json: { status: 'ok' } });
    });
  });

  test('Redis may go: the gateway stays ready and shows it', async () => {
    await redis.stop();
    await eventually(async () =>
      expect(await call('GET', '/health/ready')).toMatchObject({
        status: 200,
        json: { checks: { redis: { up: false, reason: expect.any(String) } } },
      }),
    );
  });
});

describe('the documentation page', () => {
  const fetchDocument = async () => (await call('GET', '/docs/openapi.json')).json as OpenApiDocument;

  test('is served, with what it needs', async () => {
    const page = await fetch(`${gateway.url}/docs`);
    expect(page.headers.get('content-type')).toContain('text/html');
    const scripts = [...(await page.text()).matchAll(/<script src="([^"]+)"/g)].map(([, source]) => source!);
    expect(scripts.length).toBeGreaterThan(0);
    for (const source of scripts) {
      const script = await fetch(new URL(source, `${gateway.url}/docs`));
      expect(script.status).toBe(200);
      expect((await script.text()).length).toBeGreaterThan(0);
    }
  });

  test('describes exactly the routes of docs/rest-api.md', async () => {
    const served = operationsOf(await fetchDocument()).map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    const page = readFileSync(projectPath('docs', 'rest-api.md'), 'utf8');
    const written = [...page.matchAll(/^\| `((?:GET|PUT|POST|DELETE) [^`]+)` /gm)].map(([, route]) => route);
    expect(written.sort()).toEqual(served.sort());
  });

  test('every operation has a summary, and its examples work when sent as they are', async () => {
    const order = ['put', 'post', 'get', 'delete'];
    await putModel('phishing/versions/3', phishing.onnx(3));
    const operations = operationsOf(await fetchDocument())
      .filter(({ path }) => path !== '/metrics')
      .sort((a, b) => order.indexOf(a.method) - order.indexOf(b.method) || (a.path < b.path ? -1 : 1));
    expect(operations.length).toBeGreaterThanOrEqual(14);
    for (const { path, method, operation } of operations) {
      const filled = examplePathOf(path, operation);
      const content = Object.entries(operation.requestBody?.content ?? {})[0];
      const example = content?.[1].schema.example;
      const body =
        content?.[0] === 'multipart/form-data'
          ? modelUpload(phishing.onnx(1), JSON.parse((example as { config: string }).config))
          : example;
      // Nothing is scored here, and no rollout begins: Redis is gone, and the node is nobody.
      const isAbsent = /\/(predictions|dead-letters)\/\{key\}|\/rollouts\/\{id\}/.test(path);
      const isQueued = path === '/v1/rollouts' && method === 'post';
      const answered = Number(Object.keys(operation.responses)[0]);
      const expected = isAbsent ? 404 : isQueued ? 503 : answered;
      const isJson = method !== 'get' || operation.responses['200']?.content?.['application/json'] !== undefined;
      const status = isJson
        ? (await call(method.toUpperCase(), filled, body)).status
        : await statusOf(gateway.url + filled);
      expect({ path, method, status }).toEqual({ path, method, status: expected });
    }
  });
});

test('a node that is silent is shown as such, and the gateway is not ready', async () => {
  clearInterval(beating);
  await eventually(async () =>
    expect((await call('GET', '/v1/nodes')).json).toMatchObject({
      partitionsWithoutLease: 31,
      nodes: [{ id: 'n1', ready: true, alive: false }],
    }),
  );
  expect(await call('GET', '/health/ready')).toMatchObject(
    refused(503, 'NOT_READY', { checks: { nodes: { up: false, ready: 0, known: 1 } } }),
  );
});
