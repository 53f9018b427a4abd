import { type RetryJob, RetryQueue } from '@nearscore/queues';
import { eventually, startRedis, type TestRedis, uniqueName } from '@nearscore/testkit';

const job = (entry: string, at = 0): RetryJob => ({ entry, attempts: 1, at });

describe('the queue of retries', () => {
  let redis: TestRedis;
  const queues: RetryQueue[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const queue of queues.splice(0)) await queue.close();
  });
  afterAll(() => redis?.stop());

  /** @param work what is done for a job that is due, besides noting its entry */
  function open(cluster: string, { work = async () => undefined, canaryIntervalMs = 60_000 }: Settings = {}) {
    const told = { due: [] as string[], ups: 0, downs: [] as string[], replaced: 0 };
    const queue = new RetryQueue({
      ...{ url: redis.url, cluster, clientName: uniqueName('node'), canaryIntervalMs },
      onDue: (due) => {
        told.due.push(due.entry);
        return work(due);
      },
      onUp: () => told.ups++,
      onDown: (reason) => told.downs.push(reason),
      onWorkerReplaced: () => told.replaced++,
    });
    queues.push(queue);
    return { queue, told };
  }

  async function opened(cluster: string, settings?: Settings) {
    const made = open(cluster, settings);
    await eventually(() => expect(made.queue.isUp).toBe(true));
    return made;
  }

  it('tells when a job is due, and takes the same job once', async () => {
    const { queue, told } = await opened(uniqueName('c'));
    const soon = job('soon', Date.now() + 300);
    await queue.add([soon, job('now')]);
    await queue.add([soon, soon]);
    await eventually(() => expect(told.due).toEqual(['now', 'soon']));
    // The queue is empty then: what comes last is told last.
    await queue.add([job('last')]);
    await eventually(() => expect(told.due).toEqual(['now', 'soon', 'last']));
  });

  it('gives each job to one of several workers, and none to those of another cluster', async () => {
    const cluster = uniqueName('c');
    const [first, second] = [await opened(cluster), await opened(cluster)];
    const stranger = await opened(uniqueName('c'));
    const entries = Array.from({ length: 50 }, (_, n) => `e${n}`);
    await first.queue.add(entries.map((entry) => job(entry)));
    await eventually(() => expect([...first.told.due, ...second.told.due].sort()).toEqual([...entries].sort()));
    expect(stranger.told.due).toEqual([]);
  });

  it('tries again what could not be done', async () => {
    let failures = 1;
    const work = () => (failures-- > 0 ? Promise.reject(new Error('the grid is away')) : Promise.resolve());
    const { queue, told } = await opened(uniqueName('c'), { work });
    await queue.add([job('a')]);
    await eventually(() => expect(told.due).toEqual(['a', 'a']));
  });

  it('replaces a worker that does nothing any more', async () => {
    const stuck = (due: RetryJob) => (due.entry.startsWith('stuck') ? new Promise<void>(() => undefined) : undefined);
    const { queue, told } = await opened(uniqueName('c'), { work: async (due) => stuck(due), canaryIntervalMs: 100 });
    await queue.add(Array.from({ length: 8 }, (_, n) => job(`stuck${n}`)));
    await eventually(() => expect(told.due).toHaveLength(8));
    await queue.add([job('next')]);
    await eventually(() => expect(told.due).toContain('next'));
    expect(told.replaced).toBeGreaterThan(0);
  });

  it('does not replace one that only has nothing to do', async () => {
    const { queue, told } = await opened(uniqueName('c'), { canaryIntervalMs: 50 });
    await queue.add([job('later', Date.now() + 1_000)]);
    await eventually(() => expect(told.due).toEqual(['later']));
    expect(told.replaced).toBe(0);
  });

  it('refuses at once while Redis is down, and says when it is back, empty', async () => {
    const cluster = uniqueName('c');
    const { queue, told } = await opened(cluster);
    await queue.add([job('lost', Date.now() + 1_500)]);
    await redis.kill();
    await eventually(() => expect(queue.isUp).toBe(false));
    await expect(queue.add([job('refused')])).rejects.toMatchObject({ code: 'QUEUE_DOWN', retriable: true });
    const late = open(cluster);
    await expect(late.queue.add([job('refused')])).rejects.toMatchObject({ code: 'QUEUE_DOWN' });
    redis = await startRedis({ port: redis.port });
    await eventually(() => expect([queue.isUp, late.queue.isUp]).toEqual([true, true]));
    expect([told.ups, told.downs.length]).toEqual([2, 1]);
    await queue.add([job('owed', Date.now() + 2_000)]);
    await eventually(() => expect([...told.due, ...late.told.due]).toEqual(['owed']));
  });
});

interface Settings {
  readonly work?: (job: RetryJob) => Promise<void>;
  readonly canaryIntervalMs?: number;
}
