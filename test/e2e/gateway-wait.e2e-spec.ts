import { request } from 'node:http';
import { eventually, exampleModel } from '@nearscore/testkit';
import { callsTo, refused } from '../fixtures/http/gateway-calls';
import { FeedStack } from './feed-stack';

const { records } = exampleModel('phishing');
const value = (n: number) => records[n % records.length]?.values;

interface Written {
  readonly key: string;
  readonly partition: number;
  readonly prediction?: { readonly key: string; readonly score: number; readonly sourceSequence: number };
}

let stack: FeedStack;
const call = callsTo(() => stack.gateway.url);
const put = (key: string, n: number, wait: number | string = 20_000) =>
  call('PUT', `/v1/streams/waited/records/${key}?wait=${wait}`, value(n));
const scoreOf = async (key: string): Promise<number> =>
  (await stack.api<{ score: number }>('GET', `/v1/streams/waited/predictions/${key}`)).score;

beforeAll(async () => {
  stack = await FeedStack.start();
  await stack.deploy('waited');
}, 120_000);

afterAll(() => stack?.stop());

describe('PUT ?wait', () => {
  test('answers with the prediction that GET shows', async () => {
    const { status, json } = await put('first', 0);
    const { prediction, ...place } = json as Written;
    expect({ status, place }).toMatchObject({ status: 200, place: { key: 'first', partition: expect.any(Number) } });
    expect(await stack.api('GET', '/v1/streams/waited/predictions/first')).toEqual(prediction);
  });

  test('is of this write, not of the one before: each value has the score that it has alone', async () => {
    const alone = await Promise.all(records.slice(0, 20).map((_, n) => put(`alone-${n}`, n)));
    const scores = alone.map(({ json }) => (json as Written).prediction?.score);
    expect(new Set(scores).size).toBeGreaterThan(3);
    let before = -1;
    for (const [n, score] of scores.entries()) {
      const { json } = await put('rewritten', n);
      const { prediction } = json as Written;
      // A batch of another size may round the last bit in another way.
      expect(prediction?.score).toBeCloseTo(score ?? NaN, 5);
      expect(prediction?.sourceSequence).toBeGreaterThan(before);
      before = prediction?.sourceSequence ?? 0;
    }
  });

  test('the same value again is another write with a prediction of its own', async () => {
    const [one, other] = [await put('same', 1), await put('same', 1)].map(({ json }) => json as Written);
    expect(other?.prediction?.sourceSequence).toBeGreaterThan(one?.prediction?.sourceSequence ?? Infinity);
  });

  test('many writers of one key all get a prediction of their own write or a later one', async () => {
    const before = ((await put('contended', 0)).json as Written).prediction?.sourceSequence ?? 0;
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => put('contended', n)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const sequences = answers.map(({ json }) => (json as Written).prediction?.sourceSequence ?? 0);
    expect(Math.min(...sequences)).toBeGreaterThan(before);
    // The last write has no later one.
    const last = Math.max(...sequences);
    const lastly = answers.find(({ json }) => (json as Written).prediction?.sourceSequence === last)?.json as Written;
    expect(await scoreOf('contended')).toBe(lastly.prediction?.score);
  });

  test.each(['0', '30001', '-1', '1.5', 'soon', ''])('wait=%s is refused, and nothing is written', async (wait) => {
    expect(await put('refused', 0, wait)).toMatchObject(refused(400, 'BAD_REQUEST', { parameter: 'wait' }));
    expect(await call('GET', '/v1/streams/waited/records/refused')).toMatchObject(refused(404, 'RECORD_NOT_FOUND'));
  });

  test('refuses what cannot be written as it does without', async () => {
    expect(await call('PUT', '/v1/streams/nothing/records/a?wait=500', value(0))).toMatchObject(
      refused(404, 'STREAM_NOT_FOUND'),
    );
    expect(await call('PUT', '/v1/streams/waited/records/a?wait=500', { https: 'yes' })).toMatchObject(
      refused(422, 'RECORD_FORMAT_INVALID'),
    );
  });
});

describe('PUT ?wait without a node', () => {
  beforeAll(() => stack.node.kill());

  test('is 202 in time, and the record is written; its prediction comes when a node does', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => put(`waiting-${n}`, n, 200)));
    for (const [n, { status, json }] of answers.entries()) {
      expect({ status, json }).toEqual({ status: 202, json: { key: `waiting-${n}`, partition: expect.any(Number) } });
      expect(await call('GET', `/v1/streams/waited/records/waiting-${n}`)).toMatchObject({ status: 200 });
    }
    // Waits that found nothing leave one reading for each partition at most, which the next ones use.
    const { partitions } = await stack.api<{ partitions: number }>('GET', '/v1/nodes');
    expect(await stack.metric('nearscore_followed_journals', 'stream="waited"')).toBeLessThanOrEqual(partitions);
    // A writer that goes away is no longer waited for, and one that waits long gets the prediction when it comes.
    const gone = request(`${stack.gateway.url}/v1/streams/waited/records/gone?wait=30000`, { method: 'PUT' });
    gone.on('error', () => undefined);
    gone.setHeader('content-type', 'application/json');
    gone.end(JSON.stringify(value(0)));
    await eventually(async () => {
      expect(await call('GET', '/v1/streams/waited/records/gone')).toMatchObject({ status: 200 });
    });
    gone.destroy();
    const late = put('late', 3, 30_000);
    await stack.startNode();
    expect((await late).json).toMatchObject({ key: 'late', prediction: { key: 'late' } });
    expect(await put('waiting-0', 0)).toMatchObject({ status: 200 });
  }, 120_000);
});
