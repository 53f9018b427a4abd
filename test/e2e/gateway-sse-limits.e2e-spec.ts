import { eventually, exampleModel, type TestApp } from '@nearscore/testkit';
import { EventReader } from '../fixtures/http/event-reader';
import { FeedStack } from './feed-stack';

const { records } = exampleModel('phishing');
const LISTENERS = 1_000;
const PARTITIONS = 31;

let stack: FeedStack;
const readers: EventReader[] = [];

function listen(gateway: TestApp, query = '', onEvent?: () => void): EventReader {
  const reader = new EventReader(stack.listenUrl('limits', query, gateway), onEvent && { onEvent });
  readers.push(reader);
  return reader;
}

async function put(count: number, prefix: string): Promise<string[]> {
  const items = Array.from({ length: count }, (_, n) => ({
    key: `${prefix}-${n}`,
    value: records[n % records.length]?.values,
  }));
  await stack.api('POST', '/v1/streams/limits/records', items);
  return items.map(({ key }) => key).sort();
}

const listeners = (gateway: TestApp): Promise<number | undefined> =>
  stack.metric('nearscore_listeners', 'stream="limits"', gateway);

beforeAll(async () => {
  stack = await FeedStack.start();
  await stack.deploy('limits');
}, 120_000);

afterEach(() => Promise.all(readers.splice(0).map((reader) => reader.close())));
afterAll(() => stack?.stop());

describe('many listeners', () => {
  test('are served from one reading of each journal; one more than the limit is refused, and leaving makes room', async () => {
    const { gateway } = stack;
    const counts = new Array<number>(LISTENERS).fill(0);
    const all = counts.map((_, at) => listen(gateway, '', () => counts[at]!++));
    await eventually(() => expect(all.every(({ lastEventId }) => lastEventId !== '')).toBe(true), {
      timeoutMs: 30_000,
    });
    expect(await listeners(gateway)).toBe(LISTENERS);
    expect(await stack.metric('nearscore_followed_journals', 'stream="limits"')).toBe(PARTITIONS);
    const refused = listen(gateway);
    await refused.ended;
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(refused.error).toMatchObject({ code: 'TOO_MANY_LISTENERS', details: { maxListeners: LISTENERS } });

    await put(20, 'all');
    await eventually(() => expect(new Set(counts)).toEqual(new Set([20])), { timeoutMs: 30_000 });
    // All stand at the same place.
    expect(new Set(all.map(({ lastEventId }) => lastEventId)).size).toBe(1);
    expect(await stack.metric('nearscore_followed_journals', 'stream="limits"')).toBe(PARTITIONS);
    expect(await stack.metric('nearscore_listener_events_total', 'stream="limits"')).toBe(20 * LISTENERS);

    await Promise.all(all.map((reader) => reader.close()));
    await eventually(async () => expect(await listeners(gateway)).toBe(0));
    const left = await stack.metric('nearscore_listeners_ended_total', 'stream="limits",reason="left"');
    expect(left).toBe(LISTENERS);
    const again = listen(gateway);
    await eventually(() => expect(again.lastEventId).not.toBe(''));
  }, 120_000);
});

describe('a listener that does not read', () => {
  test('is told so and closed, while another goes on; resuming it misses nothing', async () => {
    const gateway = await stack.startGateway({ NEARSCORE_MAX_LISTENER_BYTES: '100000' });
    const slow = listen(gateway);
    const quick = listen(gateway);
    await eventually(() => expect([slow, quick].map(({ lastEventId }) => lastEventId)).not.toContain(''));
    slow.pause();
    const ended = (): Promise<number | undefined> =>
      stack.metric('nearscore_listeners_ended_total', 'stream="limits",reason="slow-reader"', gateway);
    const keys: string[] = [];
    // The kernel's buffers take some megabytes before the gateway's own do.
    for (let round = 0; (await ended()) === undefined; round++) {
      keys.push(...(await put(4_000, `round-${round}`)));
      await eventually(() => expect(quick.events.length).toBe(keys.length), { timeoutMs: 30_000 });
    }
    expect(await ended()).toBe(1);
    expect(await listeners(gateway)).toBe(1);
    const more = await put(10, 'more');
    await eventually(() => expect(quick.events.length).toBe(keys.length + more.length));

    slow.resume();
    await slow.ended;
    expect(slow.events.length).toBeLessThan(keys.length);
    const resumed = new EventReader(stack.listenUrl('limits', `?lastEventId=${slow.lastEventId}`, gateway));
    readers.push(resumed);
    const seen = (): string[] =>
      [slow, resumed].flatMap((reader) => reader.named('prediction').map(({ data }) => String(data['key']))).sort();
    await eventually(() => expect(seen()).toEqual([...keys, ...more].sort()), { timeoutMs: 30_000 });
    await gateway.stop();
  }, 180_000);
});

describe('a gateway that stops', () => {
  test('says so to its listeners, and does not wait for them', async () => {
    const gateway = await stack.startGateway();
    const reader = listen(gateway);
    await eventually(() => expect(reader.lastEventId).not.toBe(''));
    const before = reader.lastEventId;
    gateway.signal('SIGTERM');
    await reader.ended;
    expect(reader.events).toMatchObject([{ name: 'close', data: { reason: 'shutdown' } }]);
    expect(reader.lastEventId).toBe(before);
    expect(await gateway.ended).toBe('code 0');
    expect(gateway.logTail()).toContain('"reason":"shutdown"');
  });
});
