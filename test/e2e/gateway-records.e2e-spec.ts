import { type Grid, connectGrid } from '@nearscore/grid';
import { PredictionRecord, predictionSerializer } from '@nearscore/records';
import { exampleModel, startMember, type TestMember } from '@nearscore/testkit';
import { callsTo, modelUpload, refused } from '../fixtures/http/gateway-calls';
import { type GatewayInProcess, NOWHERE, startConnectedGateway } from '../fixtures/http/gateway-in-process';

const phishing = exampleModel('phishing');
const record = phishing.records[0]!;

let member: TestMember;
let gateway: GatewayInProcess;
let grid: Grid;

const call = callsTo(() => gateway.url);

beforeAll(async () => {
  member = await startMember();
  gateway = await startConnectedGateway({
    ...NOWHERE,
    NEARSCORE_GRID_MEMBERS: member.address,
    NEARSCORE_GRID_CLUSTER: member.clusterName,
    NEARSCORE_MAX_RECORDS_PER_REQUEST: '1300',
  });
  const { address, clusterName } = member;
  const compactSerializers = [predictionSerializer];
  grid = await connectGrid({ members: [address], clusterName, clientName: 'test', compactSerializers });
  await call('PUT', '/v1/models/phishing/versions/1', modelUpload(phishing.onnx(1), phishing.modelJson));
  expect(await call('PUT', '/v1/streams/phishing', { model: 'phishing', version: 1 })).toMatchObject({ status: 200 });
}, 60_000);

afterAll(async () => {
  await Promise.all([gateway?.stop(), grid?.close()]);
  await member?.stop();
});

describe('records', () => {
  const path = (key: string) => `/v1/streams/phishing/records/${encodeURIComponent(key)}`;

  test('a record is written as Compact, read and removed', async () => {
    const written = await call('PUT', path(record.key), record.values);
    expect(written).toMatchObject({ status: 200, json: { key: record.key, partition: expect.any(Number) } });
    expect(await call('GET', path(record.key))).toMatchObject({
      status: 200,
      json: { ...(written.json as object), value: record.values },
    });
    const features = await grid.recordMap('features.phishing');
    expect(await features.get(record.key)).toEqual(record.values);
    expect(await call('DELETE', path(record.key))).toMatchObject({ status: 204, json: undefined });
    expect(await call('DELETE', path(record.key))).toMatchObject({ status: 204 });
    expect(await call('GET', path(record.key))).toMatchObject(refused(404, 'RECORD_NOT_FOUND'));
  });

  test.each([
    'a/b',
    'a b',
    '%2e',
    '?',
    '#',
    'ü',
    '😀',
    'e\u0301',
    '\u00e9',
    'x'.repeat(512),
    '"',
    '\\',
    '+',
    'a\nb',
    ';',
    ':',
  ])('key %j is a key', async (key) => {
    expect(await call('PUT', path(key), record.values)).toMatchObject({ status: 200, json: { key } });
    expect(await call('GET', path(key))).toMatchObject({ status: 200, json: { key } });
    expect(await call('DELETE', path(key))).toMatchObject({ status: 204 });
  });

  test('composed and decomposed accents are two keys', async () => {
    await call('PUT', path('\u00e9'), record.values);
    expect(await call('GET', path('e\u0301'))).toMatchObject({ status: 404 });
    await call('DELETE', path('\u00e9'));
  });

  test.each([
    ['%00', 'INVALID_KEY'],
    ['a%00b', 'INVALID_KEY'],
    ['x'.repeat(513), 'INVALID_KEY'],
    ['%C3%BC'.repeat(257), 'INVALID_KEY'],
    ['%ED%A0%80', 'BAD_REQUEST'],
    ['%FF', 'BAD_REQUEST'],
  ])('key %# is none', async (key, code) =>
    expect(await call('PUT', `/v1/streams/phishing/records/${key}`, record.values)).toMatchObject(refused(400, code)),
  );

  test.each([
    ['a missing field', { https: undefined }, 'https'],
    ['null where nothing may be missing', { https: null }, 'https'],
    ['a number as text', { https: '1' }, 'https'],
    ['a boolean', { https: true }, 'https'],
    ['an array', { https: [1] }, 'https'],
    ['a number past float32', { https: 1e39 }, 'https'],
    ['an unknown field', { http: 1 }, 'http'],
  ])('%s is refused by the name of the field', async (_what, change, field) => {
    expect(await call('PUT', path('bad'), { ...record.values, ...change })).toMatchObject(
      refused(422, 'RECORD_FORMAT_INVALID', { issues: [{ field, message: expect.any(String) }] }),
    );
    expect(await call('GET', path('bad'))).toMatchObject({ status: 404 });
  });

  test.each([[[]], ['text'], [7], [null]])('%j is no record', async (body) =>
    expect(await call('PUT', path('bad'), body)).toMatchObject(refused(422, 'RECORD_FORMAT_INVALID')),
  );

  test('without a body there is nothing to write', async () => {
    expect(await call('PUT', path('bad'))).toMatchObject(refused(400, 'BODY_MALFORMED'));
  });

  test('records of other writers are read whatever their format', async () => {
    const features = await grid.recordMap('features.phishing');
    await features.setJson('json', { https: 1, note: 'ü' });
    expect(await call('GET', path('json'))).toMatchObject({ json: { value: { https: 1, note: 'ü' } } });
    const fields = [{ name: 'id', kind: 'int64', nullable: false }] as const;
    await features.setCompact('int64', 'other', fields, { id: 2n ** 53n + 1n });
    expect(await call('GET', path('int64'))).toMatchObject({ json: { value: { id: '9007199254740993' } } });
    await Promise.all([features.delete('json'), features.delete('int64')]);
  });
});

describe('many records', () => {
  const path = '/v1/streams/phishing/records';
  const all = phishing.records.map(({ key, values }) => ({ key, value: values }));

  test('one that is not valid refuses them all', async () => {
    const body = [...all.slice(0, 3), { key: '', value: {} }, { key: 'k' }];
    expect(await call('POST', path, body)).toMatchObject(
      refused(422, 'RECORDS_INVALID', {
        faultyRecords: 2,
        issues: expect.arrayContaining([
          expect.objectContaining({ index: 3, field: 'key' }),
          expect.objectContaining({ index: 4, field: '' }),
        ]),
      }),
    );
    const features = await grid.recordMap('features.phishing');
    expect(await features.size()).toBe(0);
  });

  test('more than the limit', async () => {
    expect(await call('POST', path, [...all, ...all])).toMatchObject(
      refused(413, 'TOO_MANY_RECORDS', { maxRecords: 1300 }),
    );
  });

  test('none', async () => {
    expect(await call('POST', path, [])).toMatchObject({ status: 200, json: { written: 0, records: [] } });
  });

  test('a key given twice keeps the later value', async () => {
    const later = { ...record.values, https: 0.5 };
    await call('POST', path, [all[0], { key: record.key, value: later }]);
    expect(await call('GET', `${path}/${record.key}`)).toMatchObject({ json: { value: later } });
  });

  test('all records of the example', async () => {
    const written = await call('POST', path, all);
    expect(written).toMatchObject({ status: 200, json: { written: 1250 } });
    expect((written.json as { records: object[] }).records[7]).toEqual({
      key: all[7]?.key,
      partition: grid.partitions.partitionOf(all[7]!.key),
    });
    expect((await call('GET', '/v1/streams/phishing')).json).toMatchObject({ counts: { records: 1250 } });
    const features = await grid.recordMap('features.phishing');
    expect(await features.get('phishing-00042')).toEqual(phishing.records[42]?.values);
  });
});

describe('predictions', () => {
  const path = (key: string) => `/v1/streams/phishing/predictions/${key}`;

  test('a prediction that may still come is told from one that will not', async () => {
    expect(await call('GET', path('phishing-00001'))).toMatchObject({
      status: 404,
      json: { error: { code: 'PREDICTION_NOT_FOUND', retriable: true, details: { record: 'present' } } },
    });
    expect(await call('GET', path('nobody'))).toMatchObject({
      status: 404,
      json: { error: { code: 'PREDICTION_NOT_FOUND', retriable: false, details: { record: 'absent' } } },
    });
  });

  test('a prediction is answered with its partition and time', async () => {
    const predictions = await grid.objectMap<PredictionRecord>('predictions.phishing');
    const scoredAt = Date.UTC(2026, 10, 22);
    const prediction = new PredictionRecord(0.75, 'phishing', [0.25, 0.75], 'phishing', 1, 2, 41, -5n, scoredAt);
    await predictions.set('phishing-00001', prediction);
    expect((await call('GET', path('phishing-00001'))).json).toEqual({
      ...{ key: 'phishing-00001', score: 0.75, label: 'phishing', scores: [0.25, 0.75], model: 'phishing' },
      ...{ version: 1, epoch: 2, sourceSequence: 41, scoredAt: '2026-11-22T00:00:00.000Z' },
      partition: grid.partitions.partitionOf('phishing-00001'),
    });
  });
});

test('requests are counted by route, never by path', async () => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(text).toMatch(
    /nearscore_http_request_duration_seconds_count\{[^}]*route="\/v1\/streams\/:stream\/records\/:key"/,
  );
  expect(text).not.toContain(record.key);
});
