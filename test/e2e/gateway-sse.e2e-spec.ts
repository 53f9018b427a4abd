import { eventually, exampleModel } from '@nearscore/testkit';
import { EventReader, type EventReaderOptions } from '../fixtures/http/event-reader';
import { FeedStack } from './feed-stack';

const { records } = exampleModel('phishing');

let stack: FeedStack;
const readers: EventReader[] = [];

function listen(stream: string, query = '', options: EventReaderOptions = {}, gateway = stack.gateway): EventReader {
  const reader = new EventReader(stack.listenUrl(stream, query, gateway), options);
  readers.push(reader);
  return reader;
}

/** Listening, so that what is written from now on reaches it. */
async function listening(...args: Parameters<typeof listen>): Promise<EventReader> {
  const reader = listen(...args);
  await eventually(() => expect(reader.lastEventId).not.toBe(''));
  return reader;
}

async function put(stream: string, count: number, prefix = 'key'): Promise<string[]> {
  const items = Array.from({ length: count }, (_, n) => ({
    key: `${prefix}-${n}`,
    value: records[n % records.length]?.values,
  }));
  await stack.api('POST', `/v1/streams/${stream}/records`, items);
  return items.map(({ key }) => key);
}

const keysOf = (reader: EventReader): string[] => reader.named('prediction').map(({ data }) => String(data['key']));

beforeAll(async () => {
  stack = await FeedStack.start({}, { NEARSCORE_LISTENER_HEARTBEAT_MS: '200' });
  await stack.deploy('live');
}, 120_000);

afterEach(() => Promise.all(readers.splice(0).map((reader) => reader.close())));
afterAll(() => stack?.stop());

describe('listening', () => {
  test('brings each prediction as GET shows it, with an id', async () => {
    const reader = await listening('live');
    expect(reader).toMatchObject({ status: 200, retry: '1000' });
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    const keys = await put('live', 50);
    await eventually(() => expect(keysOf(reader).sort()).toEqual([...keys].sort()));
    for (const { data } of reader.events) {
      expect(await stack.api('GET', `/v1/streams/live/predictions/${String(data['key'])}`)).toEqual(data);
    }
    const ids = reader.events.map(({ id }) => id);
    expect(new Set(ids).size).toBe(50);
    expect(ids).not.toContain(undefined);
  });
});
