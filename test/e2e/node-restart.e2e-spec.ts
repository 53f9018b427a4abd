import { eventually, exampleModel } from '@nearscore/testkit';
import { HazelcastJsonValue } from 'hazelcast-client';
import { type PredictionRecord } from '@nearscore/records';
import { type Stack, startStack } from './stack';

const SMALL = 'phishing-small';
const { records, expected } = exampleModel('phishing');

describe('a node that stops and starts', () => {
  let stack: Stack;

  beforeAll(async () => {
    // 31 partitions × 20 events.
    const mapConfig = {
      [`features.${SMALL}`]: { 'backup-count': 1, 'event-journal': { enabled: true, capacity: 620 } },
    };
    stack = await startStack({ partitionCount: 31, mapConfig });
    await stack.deployExample('phishing', 1);
    await stack.deployExample('phishing', 1, SMALL);
  }, 90_000);
  afterAll(() => stack?.stop());

  it('leaves no record unscored when records flow all the time', async () => {
    const written = writeWhile(restartTwice());
    const keys = await written;
    expect(keys.length).toBeGreaterThan(1_000);
    await eventually(async () => expect(await wrongOrMissing('phishing', keys)).toEqual([]), {
      timeoutMs: 30_000,
      everyMs: 200,
    });
  }, 120_000);

  it('scores 10,000 records whose events the journal had dropped, and says how many', async () => {
    await stack.node().stop();
    const keys = await write(SMALL, 10_000, 'lost-');
    const node = await stack.startNode();
    await eventually(async () => expect(await wrongOrMissing(SMALL, keys)).toEqual([]), {
      timeoutMs: 60_000,
      everyMs: 200,
    });
    const dropped = 10_000 - 620;
    await eventually(async () => {
      expect(await metric(node.url, 'nearscore_journal_lost_events_total', SMALL)).toBe(dropped);
      expect(await metric(node.url, 'nearscore_unscored_records', SMALL)).toBe(0);
    });
    expect(node.logTail(2_000)).toMatch(/"stream":"phishing-small".*"reason":"overflow","lost":\d+/);
  }, 120_000);

  it('removes the prediction of a removed record, also when the event was dropped', async () => {
    const features = await stack.client.getMap(`features.${SMALL}`);
    const predictions = await stack.client.getMap(`predictions.${SMALL}`);
    await features.delete('lost-0');
    await eventually(async () => expect(await predictions.get('lost-0')).toBeNull());
    await stack.node().stop();
    await features.delete('lost-1');
    await write(SMALL, 2_000, 'later-');
    await stack.startNode();
    await eventually(async () => expect(await predictions.get('lost-1')).toBeNull(), { timeoutMs: 30_000 });
  }, 90_000);

  async function restartTwice(): Promise<void> {
    for (const how of ['stop', 'kill'] as const) {
      await (how === 'stop' ? stack.node().stop() : stack.node().kill());
      await stack.startNode();
    }
  }

  async function writeWhile(going: Promise<void>): Promise<string[]> {
    let done = false;
    void going.finally(() => (done = true));
    const keys: string[] = [];
    while (!done) keys.push(...(await write('phishing', 100, `flow-${keys.length}-`)));
    await going;
    return keys;
  }

  async function write(stream: string, count: number, prefix: string): Promise<string[]> {
    const features = await stack.client.getMap<string, HazelcastJsonValue>(`features.${stream}`);
    const keys = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
    for (let at = 0; at < count; at += 1_000) {
      const entries = keys
        .slice(at, at + 1_000)
        .map((key, offset) => [key, jsonRecord(at + offset)] as [string, HazelcastJsonValue]);
      await features.setAll(entries);
    }
    return keys;
  }

  async function wrongOrMissing(stream: string, keys: readonly string[]): Promise<string[]> {
    const predictions = await stack.client.getMap<string, PredictionRecord>(`predictions.${stream}`);
    const scores = new Map<string, number>();
    for (let at = 0; at < keys.length; at += 2_000) {
      for (const [key, { score }] of await predictions.getAll(keys.slice(at, at + 2_000))) scores.set(key, score);
    }
    return keys.filter((key) => Math.abs((scores.get(key) ?? Infinity) - expectedScore(key)) > 1e-5).slice(0, 5);
  }
});

function jsonRecord(index: number): HazelcastJsonValue {
  return new HazelcastJsonValue(JSON.stringify(records[index % records.length]?.values));
}

/** The records repeat; a key ends with the index it was written at. */
function expectedScore(key: string): number {
  const index = Number(key.slice(key.lastIndexOf('-') + 1)) % records.length;
  return expected.get(records[index]?.key ?? '')?.[1] ?? NaN;
}

async function metric(url: string, name: string, stream: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((it) => it.startsWith(name) && it.includes(`stream="${stream}"`));
  return Number(line?.split(' ').pop() ?? NaN);
}
