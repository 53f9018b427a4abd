import { connect } from 'node:net';
import { connectGrid } from '@nearscore/grid';
import { exampleModel, startCluster, startGateway, type TestApp, type TestCluster } from '@nearscore/testkit';
import { importRecords } from '../fixtures/http/bulk-import';
import { callsTo, modelUpload } from '../fixtures/http/gateway-calls';

const phishing = exampleModel('phishing');
const values = phishing.records[0]!.values;
const COUNT = 40_000;

let cluster: TestCluster;
let gateway: TestApp;

const call = callsTo(() => gateway.url);

beforeAll(async () => {
  cluster = await startCluster({ size: 3, partitionCount: 31 });
  const [first, second] = cluster.members;
  gateway = await startGateway({
    NEARSCORE_GRID_MEMBERS: `${first?.address},${second?.address}`,
    NEARSCORE_GRID_CLUSTER: cluster.clusterName,
    REDIS_URL: 'redis://127.0.0.1:1',
    NEARSCORE_MAX_UNSCORED_AGE_SECONDS: '0',
  });
  await call('PUT', '/v1/models/phishing/versions/1', modelUpload(phishing.onnx(1), phishing.modelJson));
  expect(await call('PUT', '/v1/streams/phishing', { model: 'phishing', version: 1 })).toMatchObject({ status: 200 });
}, 120_000);

afterAll(async () => {
  await gateway?.stop();
  await cluster?.stop();
});

function* lines(): Generator<string> {
  for (let i = 0; i < COUNT; i++) yield `${JSON.stringify({ key: `record-${i}`, value: values })}\n`;
}

test('an import goes on over the death of a member', async () => {
  const victim = cluster.members[2]!;
  let killed = false;
  const answer = await importRecords(gateway.url, 'phishing', lines(), {
    onLine: ({ progress }) => {
      if (killed || (progress?.line ?? 0) < 10_000) return;
      killed = true;
      victim.signal('SIGKILL');
    },
  });
  expect(killed).toBe(true);
  expect(answer.at(-1)).toEqual({ done: { lines: COUNT, written: COUNT, failed: 0 } });
  const { address, clusterName } = cluster.members[0]!;
  const grid = await connectGrid({ members: [address], clusterName, clientName: 'test' });
  expect(await (await grid.recordMap('features.phishing')).size()).toBe(COUNT);
  await grid.close();
}, 180_000);

test('an export goes on over the death of a member: every record once, though partitions are read again', async () => {
  const keys: string[] = [];
  const text = await slowly(async () => void (await cluster.members[1]!.kill()));
  for (const line of text.split('\n').filter((line) => line.startsWith('{"key"')))
    keys.push((JSON.parse(line) as { key: string }).key);
  expect(text).toContain(`{"done":true,"entries":${COUNT}}`);
  expect(keys).toHaveLength(COUNT);
  expect(new Set(keys).size).toBe(COUNT);
}, 180_000);

/** Reads a part of the export, then does what is to be done, then reads the rest. */
async function slowly(inTheMiddle: () => Promise<void>): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1');
  // HTTP/1.0: the body comes as it is, without chunks.
  socket.write('GET /v1/streams/phishing/records HTTP/1.0\r\nAccept: application/x-ndjson\r\n\r\n');
  let text = '';
  let isMiddle = false;
  for await (const chunk of socket) {
    text += String(chunk);
    if (isMiddle || text.length < 500_000) continue;
    isMiddle = true;
    await inTheMiddle();
  }
  expect(isMiddle).toBe(true);
  return text;
}
