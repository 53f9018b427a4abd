import {
  eventually,
  exampleModel,
  startGateway,
  startMember,
  startRedis,
  type TestApp,
  type TestMember,
  type TestRedis,
} from '@nearscore/testkit';
import { type Grid, connectGrid } from '@nearscore/grid';
import { importRecords, type ImportLine } from '../fixtures/http/bulk-import';
import { callsTo, modelUpload } from '../fixtures/http/gateway-calls';

const phishing = exampleModel('phishing');
const values = phishing.records[0]!.values as Record<string, number>;
const STREAM = 'phishing';
const MIB = 1024 * 1024;

let member: TestMember;
let redis: TestRedis;
let gateway: TestApp;
let grid: Grid;
let env: Record<string, string>;

const call = callsTo(() => gateway.url);

beforeAll(async () => {
  [member, redis] = await Promise.all([startMember({ heapMb: 1024, partitionCount: 271 }), startRedis()]);
  const { address, clusterName } = member;
  env = {
    NEARSCORE_GRID_MEMBERS: address,
    NEARSCORE_GRID_CLUSTER: clusterName,
    REDIS_URL: redis.url,
    // Nobody scores here.
    NEARSCORE_MAX_UNSCORED_AGE_SECONDS: '0',
    NEARSCORE_BULK_PATIENCE_TIMEOUT_MS: '120000',
  };
  gateway = await startGateway(env);
  grid = await connectGrid({ members: [address], clusterName, clientName: 'test' });
  await call('PUT', `/v1/models/${STREAM}/versions/1`, modelUpload(phishing.onnx(1), phishing.modelJson));
  expect(await call('PUT', `/v1/streams/${STREAM}`, { model: STREAM, version: 1 })).toMatchObject({ status: 200 });
}, 120_000);

afterAll(async () => {
  await grid?.close();
  for (const process of [gateway, redis, member]) await process?.stop();
});

/** Lines [1, count], in pieces of a few hundred. Line `broken` is cut. */
function* linesOf(count: number, broken?: number, prefix = 'record'): Generator<string> {
  for (let line = 1; line <= count;) {
    let piece = '';
    for (; line <= count && piece.length < 60_000; line++) {
      const text = JSON.stringify({ key: `${prefix}-${line}`, value: { ...values, is_popular: (line % 1000) / 1000 } });
      piece += `${line === broken ? text.slice(0, -5) : text}\n`;
    }
    yield piece;
  }
}

async function residentBytes(): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
}

const endOf = (lines: readonly ImportLine[]) => lines.at(-1);
const sizeOf = async () => (await grid.recordMap(`features.${STREAM}`)).size();

test('a million records in one request: a broken line is told, the others go on, and memory stays flat', async () => {
  const COUNT = 1_000_000;
  const BROKEN = 500_001;
  const samples: number[] = [];
  const onLine = async ({ progress }: ImportLine): Promise<void> => {
    // The first lines warm the gateway up.
    if (progress && progress.line > 100_000) samples.push(await residentBytes());
  };
  const lines = await importRecords(gateway.url, STREAM, linesOf(COUNT, BROKEN), { onLine });
  expect(lines.filter(({ error }) => error)).toMatchObject([{ error: { line: BROKEN, code: 'JSON_MALFORMED' } }]);
  expect(endOf(lines)).toEqual({ done: { lines: COUNT, written: COUNT - 1, failed: 1 } });
  expect(await sizeOf()).toBe(COUNT - 1);
  expect(samples.length).toBeGreaterThan(20);
  // The body has about 270 MiB; what is read ahead of the grid would be several times that as objects.
  expect(Math.max(...samples) - Math.min(...samples)).toBeLessThan(128 * MIB);
}, 600_000);

test('a gateway that is killed in the middle: its successor goes on behind the last line told', async () => {
  const COUNT = 60_000;
  const before = await sizeOf();
  let told = 0;
  const broken = importRecords(gateway.url, STREAM, linesOf(COUNT, undefined, 'killed'), {
    onLine: ({ progress }) => {
      told = progress?.line ?? told;
      if (told >= 20_000) gateway.signal('SIGKILL');
    },
  });
  await expect(broken).rejects.toThrow();
  await gateway.ended;
  expect(told).toBeGreaterThanOrEqual(20_000);
  expect(await sizeOf()).toBeGreaterThanOrEqual(before + told);
  gateway = await startGateway(env);
  await eventually(async () => expect(await call('GET', '/v1/streams')).toMatchObject({ status: 200 }), {
    timeoutMs: 30_000,
  });
  const rest = await importRecords(gateway.url, STREAM, linesOf(COUNT, undefined, 'killed'), { skip: told });
  expect(endOf(rest)).toEqual({ done: { lines: COUNT, written: COUNT - told, failed: 0 } });
  expect(await sizeOf()).toBe(before + COUNT);
}, 300_000);

test('an import that is repeated changes nothing', async () => {
  const before = await sizeOf();
  const records = await grid.recordMap(`features.${STREAM}`);
  const keys = Array.from({ length: 1000 }, (_, i) => `killed-${i * 60 + 1}`);
  const stored = await records.getAll(keys);
  expect(endOf(await importRecords(gateway.url, STREAM, linesOf(60_000, undefined, 'killed')))).toEqual({
    done: { lines: 60_000, written: 60_000, failed: 0 },
  });
  expect([await sizeOf(), await records.getAll(keys)]).toEqual([before, stored]);
}, 300_000);

test('a member that does not answer is waited for', async () => {
  let ticks: number | undefined;
  const lines = await importRecords(gateway.url, STREAM, linesOf(60_000, undefined, 'paused'), {
    onLine: ({ progress }) => {
      if (ticks !== undefined) {
        // One a second: it goes on being told that nothing goes on.
        if (++ticks === 4) member.signal('SIGCONT');
      } else if ((progress?.line ?? 0) >= 10_000) {
        ticks = 0;
        member.signal('SIGSTOP');
      }
    },
  });
  expect(ticks).toBeGreaterThanOrEqual(4);
  expect(endOf(lines)).toEqual({ done: { lines: 60_000, written: 60_000, failed: 0 } });
}, 300_000);

test('a gateway that is told to stop ends the import at once, with where to go on', async () => {
  let isStopping = false;
  const lines = await importRecords(gateway.url, STREAM, linesOf(Infinity, undefined, 'stopped'), {
    onLine: ({ progress }) => {
      if (isStopping || (progress?.line ?? 0) < 2_000) return;
      isStopping = true;
      gateway.signal('SIGTERM');
    },
  });
  expect(endOf(lines)).toMatchObject({
    aborted: { code: 'GATEWAY_STOPPING', retriable: true, resumeAfterLine: expect.any(Number) },
  });
  expect(endOf(lines)?.aborted?.resumeAfterLine).toBeGreaterThanOrEqual(2_000);
  expect(await gateway.ended).toBe('code 0');
}, 120_000);
