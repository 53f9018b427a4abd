import {
  type ExportEnd,
  type KeyedRecord,
  type NearscoreStream,
  NearscoreClient,
  type Prediction,
} from '@nearscore/client';
import { eventually, exampleModel } from '@nearscore/testkit';
import { FeedStack } from './feed-stack';

type Label = 'legitimate' | 'phishing';
type Page = Readonly<Record<string, number>>;

const { records, expected } = exampleModel('phishing');
const [page] = records;
const RETRY = { minDelayMs: 50, maxDelayMs: 500, maxTries: 50 };

let stack: FeedStack;

const client = (): NearscoreClient => new NearscoreClient({ baseUrl: stack.gateway.url, retry: RETRY });
const stream = (name: string): NearscoreStream<Page, Label> => client().stream<Page, Label>(name);
const probability = (key: string): number => expected.get(key)?.[1] ?? NaN;

/** The example's records again and again, each time under other keys. */
function* pages(count: number): Generator<KeyedRecord<Page>> {
  for (let n = 0; n < count; n++) yield { key: `page-${n}`, value: records[n % records.length]?.values ?? {} };
}

beforeAll(async () => {
  stack = await FeedStack.start({}, { NEARSCORE_MAX_UNSCORED_AGE_SECONDS: '0' });
  for (const name of ['calls', 'import', 'broken']) await stack.deploy(name);
}, 120_000);

afterAll(() => stack?.stop());

describe('one record', () => {
  it('is written and predicted in one call, read, and removed', async () => {
    const calls = stream('calls');
    const prediction: Prediction<Label> = await calls.predict('a/b ü', page!.values, { waitMs: 20_000 });
    expect(prediction.score).toBeCloseTo(probability(page!.key), 5);
    expect(prediction).toMatchObject({ key: 'a/b ü', model: 'phishing', version: 1, scoredAt: expect.any(String) });
    expect(await calls.prediction('a/b ü')).toEqual(prediction);
    expect(await calls.get('a/b ü')).toEqual({ key: 'a/b ü', partition: prediction.partition, value: page!.values });
    await calls.delete('a/b ü');
    expect(await calls.get('a/b ü')).toBeUndefined();
    await eventually(async () => expect(await calls.prediction('a/b ü')).toBeUndefined());
  });

  it('that is not valid is refused by the name of its field', async () => {
    await expect(stream('calls').put('k', { ...page!.values, https: NaN, other: 1 })).rejects.toMatchObject({
      ...{ code: 'RECORD_FORMAT_INVALID', status: 422, retriable: false },
      details: { issues: expect.arrayContaining([expect.objectContaining({ field: 'https' })]) },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('of a stream that is not there is refused', async () => {
    await expect(stream('nothing').put('k', {})).rejects.toMatchObject({ code: 'STREAM_NOT_FOUND', status: 404 });
    await expect(stream('nothing').predictions().next()).rejects.toMatchObject({ code: 'STREAM_NOT_FOUND' });
    await expect(stream('nothing').putMany(pages(3))).rejects.toMatchObject({ cause: { code: 'STREAM_NOT_FOUND' } });
  });
});

it('streams are described', async () => {
  const view = await stream('calls').describe();
  expect(view).toMatchObject({ stream: 'calls', deployment: { model: 'phishing', version: 1 } });
  expect(view.fields.map(({ name }) => name).sort()).toEqual(Object.keys(page!.values).sort());
  expect((await client().streams()).map(({ stream: name }) => name)).toEqual(['broken', 'calls', 'import']);
});

describe.each(['stream', 'batches'] as const)('an import as %s', (transport) => {
  it('writes what is valid, and tells the rest by its number', async () => {
    const source = function* () {
      for (const [index, item] of [...pages(30_000)].entries()) {
        yield index === 14_999 ? { ...item, value: { ...item.value, https: 'yes' as never } } : item;
      }
    };
    const told: number[] = [];
    const summary = await stream('import').putMany(source(), {
      transport,
      onProgress: ({ record }) => told.push(record),
    });
    expect(summary).toMatchObject({ record: 30_000, written: 29_999, failed: 1 });
    expect(summary.failures).toEqual([
      expect.objectContaining({
        record: 15_000,
        code: 'RECORD_FORMAT_INVALID',
        message: expect.stringContaining('https'),
      }),
    ]);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(30_000);
    expect((await stream('import').describe()).counts.records).toBe(29_999);
  });
});

describe('an export', () => {
  const keysOf = async (entries: AsyncIterable<{ key: string | null }>): Promise<(string | null)[]> => {
    const keys: (string | null)[] = [];
    for await (const { key } of entries) keys.push(key);
    return keys.sort();
  };

  it('gives all records, as a whole and from a cursor on', async () => {
    const cursors: string[] = [];
    const all = await keysOf(stream('import').exportRecords({ onPartition: ({ cursor }) => cursors.push(cursor) }));
    expect(all).toHaveLength(29_999);
    expect(new Set(all).size).toBe(29_999);
    const rest = await keysOf(stream('import').exportRecords({ cursor: cursors[Math.floor(cursors.length / 2)] }));
    expect(rest.length).toBeGreaterThan(0);
    expect(rest.length).toBeLessThan(all.length);
  });

  it('is followed without a gap by a listening from where it ended', async () => {
    let lastEventId: string | undefined;
    await eventually(async () => expect((await stream('import').describe()).counts.predictions).toBe(29_999), {
      timeoutMs: 30_000,
    });
    const onEnd = (end: ExportEnd): void => void (lastEventId = end.lastEventId);
    expect(await keysOf(stream('import').exportPredictions({ onEnd }))).toHaveLength(29_999);
    await stream('import').put('later', page!.values);
    const keys = stream('import').predictions({ lastEventId, keyPrefix: 'later' });
    expect((await keys.next()).value).toMatchObject({ key: 'later' });
    await keys.return();
  });
});

describe('a gateway that is killed, twice, and started again', () => {
  const COUNT = 25_000;

  it('costs neither a record of an import nor a prediction of a listening', async () => {
    const broken = stream('broken');
    const seen = new Map<string, number>();
    const listening = new AbortController();
    const resets: unknown[] = [];
    let opened = 0;
    const listen = async (): Promise<void> => {
      const options = {
        signal: listening.signal,
        onOpen: () => opened++,
        onReset: (reset: unknown) => resets.push(reset),
      };
      for await (const { key, sourceSequence } of broken.predictions(options)) {
        // In order per key, at least once.
        expect(sourceSequence).toBeGreaterThanOrEqual(seen.get(key ?? '') ?? -1);
        seen.set(key ?? '', sourceSequence);
      }
    };
    const heard = listen();
    await eventually(() => expect(opened).toBe(1));
    let answered = 0;
    let kills = 0;
    // The gateway is killed the second time with a listener that has come back to it, and with records to come.
    async function* held() {
      let given = 0;
      for (const page of pages(COUNT)) {
        given++;
        if (given === COUNT / 2) await eventually(() => expect(opened).toBe(2), { timeoutMs: 30_000 });
        if (given === COUNT * 0.9) await eventually(() => expect(kills).toBe(2), { timeoutMs: 30_000 });
        yield page;
      }
    }
    const importing = broken.putMany(held(), { onProgress: ({ record }) => (answered = record) });
    for (const share of [0.2, 0.6]) {
      await eventually(() => expect(answered).toBeGreaterThan(COUNT * share), { timeoutMs: 30_000 });
      await stack.gateway.kill();
      kills++;
      await stack.restartGateway();
    }
    expect(await importing).toMatchObject({ record: COUNT, written: COUNT, failed: 0 });
    await eventually(() => expect(seen.size).toBe(COUNT), { timeoutMs: 40_000 });
    expect(opened).toBeGreaterThan(2);
    expect(resets).toEqual([]);
    listening.abort();
    await heard;
    expect((await broken.prediction('page-7'))?.score).toBeCloseTo(probability(records[7]!.key), 5);
  }, 120_000);

  it('is followed by one that goes on where the last listening ended', async () => {
    const broken = stream('broken');
    const first = broken.predictions({ from: 'oldest', keyPrefix: 'page-1' });
    const { value } = await first.next();
    await first.return();
    await stack.gateway.kill();
    await stack.restartGateway();
    const keys = new Set<string | null>();
    for await (const { key } of stream('broken').predictions({
      lastEventId: value!.lastEventId,
      keyPrefix: 'page-1',
    })) {
      keys.add(key);
      if (keys.size === 1000) break;
    }
    expect(keys.has(value!.key)).toBe(false);
  });
});
