import { eventually, exampleModel, startMember, type TestMember } from '@nearscore/testkit';
import { EventReader } from '../fixtures/http/event-reader';
import { FeedStack } from './feed-stack';

const STREAM = 'restarted';
const [record] = exampleModel('phishing').records;

let stack: FeedStack;
let successor: TestMember | undefined;
const readers: EventReader[] = [];

function listen(query: string): EventReader {
  const reader = new EventReader(stack.listenUrl(STREAM, query));
  readers.push(reader);
  return reader;
}

const put = (key: string): Promise<unknown> =>
  stack.api('PUT', `/v1/streams/${STREAM}/records/${key}?wait=20000`, record?.values);

beforeAll(async () => {
  stack = await FeedStack.start({}, { NEARSCORE_MAX_UNSCORED_AGE_SECONDS: '0' });
  await stack.deploy(STREAM);
}, 120_000);

afterAll(async () => {
  await Promise.all(readers.map((reader) => reader.close()));
  await stack?.stop();
  await successor?.stop();
});

test('a grid that was started anew: who listens is told, and who resumes from before it gets all that it holds', async () => {
  const { port, clusterName } = stack.member;
  const live = listen('');
  await eventually(() => expect(live.lastEventId).not.toBe(''));
  await put('before');
  await eventually(() => expect(live.named('prediction')).toHaveLength(1));
  const { lastEventId } = live;

  await stack.member.kill();
  successor = await startMember({ port, clusterName });
  await eventually(() => stack.deploy(STREAM), { timeoutMs: 60_000, everyMs: 500 });
  // The lean connections follow the client a moment later.
  await eventually(() => put('after'), { timeoutMs: 30_000, everyMs: 500 });
  // Either it was deployed again before anybody noticed that it was gone, or that was said.
  await eventually(
    () =>
      expect(live.events.map(toText).slice(1)).toEqual(
        live.named('close').length > 0 ? ['close stream-removed'] : ['reset restarted', 'prediction after'],
      ),
    { timeoutMs: 30_000 },
  );

  const resumed = listen(`?lastEventId=${lastEventId}`);
  await eventually(() => expect(resumed.events.map(toText)).toEqual(['reset restarted', 'prediction after']));
  expect(resumed.named('reset')[0]?.data['partitions']).toHaveLength(31);
}, 180_000);

function toText({ name, data }: EventReader['events'][number]): string {
  return `${name} ${String(data['reason'] ?? data['key'])}`;
}
