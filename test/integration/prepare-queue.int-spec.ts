import { type PrepareJob, PrepareQueue, prepareQueueOf } from '@nearscore/queues';
import { eventually, startRedis, type TestRedis, uniqueName } from '@nearscore/testkit';
import { Queue } from 'bullmq';

interface Settings {
  /** What is done for a job, besides noting its rollout. */
  readonly work?: (job: PrepareJob) => Promise<void>;
  readonly canaryIntervalMs?: number;
}

describe('the queue of what a node is to prepare', () => {
  let redis: TestRedis;
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const queue of opened.splice(0)) await queue.close();
  });
  afterAll(() => redis?.stop());

  async function open(
    cluster: string,
    nodeId: string,
    { work = async () => undefined, canaryIntervalMs = 60_000 }: Settings = {},
  ) {
    const told = { asked: [] as string[], ups: 0, downs: 0, replaced: 0 };
    const queue = new PrepareQueue({
      ...{ url: redis.url, cluster, clientName: nodeId, nodeId, canaryIntervalMs },
      onPrepare: (job) => {
        told.asked.push(job.rollout);
        return work(job);
      },
      onUp: () => told.ups++,
      onDown: () => told.downs++,
      onWorkerReplaced: () => told.replaced++,
    });
    opened.push(queue);
    await eventually(() => expect(queue.isUp).toBe(true));
    return { queue, told };
  }

  /** As whoever coordinates a rollout gives jobs. */
  function jobsFor(cluster: string, nodeId: string): Queue {
    const queue = new Queue(prepareQueueOf(nodeId), {
      prefix: `nearscore-${cluster}`,
      connection: { url: redis.url },
    });
    // A Redis that is killed by a test is no failure of it.
    queue.on('error', () => undefined);
    opened.push(queue);
    return queue;
  }

  it('gives a job to the node that it is for, and what is no such job to nobody', async () => {
    const cluster = uniqueName('c');
    const [first, second] = [await open(cluster, 'first'), await open(cluster, 'second')];
    const jobs = jobsFor(cluster, 'first');
    await jobs.add('prepare', { rollout: 7 });
    await jobs.add('prepare', { rollout: 'fraud.1', stream: 'fraud' });
    await jobsFor(cluster, 'second').add('prepare', { rollout: 'fraud.2', stream: 'fraud' });
    await eventually(() => expect([first.told.asked, second.told.asked]).toEqual([['fraud.1'], ['fraud.2']]));
  });

  it('has done a job only when its work is', async () => {
    const cluster = uniqueName('c');
    let prepared = (): void => undefined;
    const { told } = await open(cluster, 'n', { work: () => new Promise((resolve) => (prepared = resolve)) });
    const jobs = jobsFor(cluster, 'n');
    const job = await jobs.add('prepare', { rollout: 'fraud.1', stream: 'fraud' });
    await eventually(() => expect(told.asked).toEqual(['fraud.1']));
    expect(await job.getState()).toBe('active');
    prepared();
    await eventually(async () => expect(await job.getState()).toBe('completed'));
  });

  it('replaces a worker that does nothing any more', async () => {
    const cluster = uniqueName('c');
    const stuck = ({ rollout }: PrepareJob) =>
      rollout.startsWith('stuck') ? new Promise<void>(() => undefined) : Promise.resolve();
    const { told } = await open(cluster, 'n', { work: stuck, canaryIntervalMs: 100 });
    const jobs = jobsFor(cluster, 'n');
    const all = Array.from({ length: 8 }, (_, n) => ({ name: 'prepare', data: { rollout: `stuck${n}`, stream: 's' } }));
    await jobs.addBulk(all);
    await eventually(() => expect(told.asked).toHaveLength(8));
    await jobs.add('prepare', { rollout: 'next', stream: 's' });
    await eventually(() => expect(told.asked).toContain('next'));
    expect(told.replaced).toBeGreaterThan(0);
  });

  it('goes on when Redis is back, empty', async () => {
    const cluster = uniqueName('c');
    const { queue, told } = await open(cluster, 'n');
    await redis.kill();
    await eventually(() => expect([queue.isUp, told.downs]).toEqual([false, 1]));
    redis = await startRedis({ port: redis.port });
    await eventually(() => expect([queue.isUp, told.ups]).toEqual([true, 2]));
    await jobsFor(cluster, 'n').add('prepare', { rollout: 'fraud.3', stream: 'fraud' });
    await eventually(() => expect(told.asked).toEqual(['fraud.3']));
  });
});
