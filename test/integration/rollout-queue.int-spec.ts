import { type PrepareJob, PrepareQueue, RolloutQueue } from '@nearscore/queues';
import { eventually, freePort, startRedis, type TestRedis, uniqueName } from '@nearscore/testkit';

const JOB = { rollout: 'fraud.1', stream: 'fraud', startedAt: 1 };
const ASKED: PrepareJob = { rollout: 'fraud.1', stream: 'fraud' };
const SLOW = { timeoutMs: 20_000 };

let redis: TestRedis;
let port: number;
let cluster: string;
const closing: { close(): Promise<void> }[] = [];

function link(clientName: string) {
  const onUp = (): void => undefined;
  return { url: `redis://127.0.0.1:${port}`, cluster, clientName, onUp, onDown: onUp, onWorkerReplaced: onUp };
}

/** A gateway, and the rollouts that it was told are prepared. */
function gateway() {
  const prepared: PrepareJob[] = [];
  const onPrepared = (job: PrepareJob): Promise<void> => Promise.resolve(void prepared.push(job));
  const queue = new RolloutQueue({ ...link('gateway'), onPrepared });
  closing.push(queue);
  return { queue, prepared };
}

/** A node, and what it was asked; it is done with it when `done` is settled. */
function node(nodeId: string, done: Promise<void> = Promise.resolve()) {
  const asked: PrepareJob[] = [];
  const onPrepare = (job: PrepareJob): Promise<void> => (asked.push(job), done);
  const queue = new PrepareQueue({ ...link(nodeId), nodeId, onPrepare });
  closing.push(queue);
  return { queue, asked };
}

async function up(...queues: readonly { readonly isUp: boolean }[]): Promise<void> {
  await eventually(() => expect(queues.every(({ isUp }) => isUp)).toBe(true), SLOW);
}

const nodes = (...ids: string[]) => ids.map((id) => ({ id, startedAt: 7 }));

beforeEach(async () => {
  port = await freePort();
  redis = await startRedis({ port });
  cluster = uniqueName('cluster');
});

afterEach(async () => {
  await Promise.all(closing.splice(0).map((queue) => queue.close()));
  await redis.stop();
});

it('asks every node, and tells a gateway when all of them are done, well or not', async () => {
  let fail = (_reason: Error): void => undefined;
  const one = node('node:1');
  const other = node('n2', new Promise((_resolve, reject) => (fail = reject)));
  const { queue, prepared } = gateway();
  await up(queue, one.queue, other.queue);
  await queue.begin(JOB, nodes('node:1', 'n2'));
  await eventually(() => expect([one.asked, other.asked]).toEqual([[ASKED], [ASKED]]), SLOW);
  expect(prepared).toEqual([]);
  fail(new Error('it cannot be loaded'));
  await eventually(() => expect(prepared).toEqual([ASKED]), SLOW);
});

it('gives a job that is there once, and the next life of a node its own', async () => {
  const { queue } = gateway();
  await up(queue);
  await queue.begin(JOB, nodes('n1'));
  await queue.begin(JOB, nodes('n1'));
  await queue.ask(JOB, nodes('n1'));
  await queue.ask(JOB, [{ id: 'n1', startedAt: 8 }]);
  const late = node('n1');
  await eventually(() => expect(late.asked).toHaveLength(2), SLOW);
  await queue.ask({ ...JOB, rollout: 'fraud.2' }, nodes('n1'));
  await eventually(() => expect(late.asked).toEqual([ASKED, ASKED, { ...ASKED, rollout: 'fraud.2' }]), SLOW);
});

it('says at once that Redis is down, and asks again when it is back, empty', async () => {
  const one = node('n1');
  const { queue } = gateway();
  await up(queue, one.queue);
  await redis.stop();
  await eventually(() => expect(() => queue.check()).toThrow(expect.objectContaining({ code: 'QUEUE_DOWN' })), SLOW);
  await expect(queue.begin(JOB, nodes('n1'))).rejects.toMatchObject({ code: 'QUEUE_DOWN', retriable: true });
  redis = await startRedis({ port });
  await up(queue, one.queue);
  await queue.ask(JOB, nodes('n1'));
  await eventually(() => expect(one.asked).toEqual([ASKED]), SLOW);
});

it('shares nothing with another cluster in the same Redis', async () => {
  const ours = node('n1');
  const here = gateway();
  await up(here.queue, ours.queue);
  cluster = uniqueName('cluster');
  const there = gateway();
  const theirs = node('n1');
  await up(there.queue, theirs.queue);
  await there.queue.begin(JOB, nodes('n1'));
  await eventually(() => expect(there.prepared).toEqual([ASKED]), SLOW);
  expect([ours.asked, here.prepared]).toEqual([[], []]);
});
