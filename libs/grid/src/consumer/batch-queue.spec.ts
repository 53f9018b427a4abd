import { ManualClock } from '../../../../test/fixtures/journal/manual-clock';
import { type TailNews } from '../reading/journal-tail';
import { BatchQueue } from './batch-queue';
import { type ConsumerBatch, type ConsumerNews, type ConsumerReset } from './consumer-batch';
import { type Delivery } from './delivery';

const KEY = Buffer.alloc(8);
const events = (from: number, count: number): TailNews => ({
  kind: 'events',
  events: Array.from({ length: count }, (_, n) => ({ sequence: from + n, key: KEY, value: null })),
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const settle = async (): Promise<void> => {
  for (let turns = 0; turns < 5; turns++) await turn();
};

class Rig {
  readonly clock = new ManualClock();
  readonly handed: (ConsumerBatch | ConsumerReset)[] = [];
  readonly news: ConsumerNews[] = [];
  readonly outcomes = new Map<number, boolean>();
  /** How the next hand-overs end; by default at once and well. */
  results: Promise<void>[] = [];
  readonly queue: BatchQueue;

  constructor(options: { maxBatch?: number; lingerMs?: number } = {}) {
    const handle = (given: ConsumerBatch | ConsumerReset): Promise<void> => {
      this.handed.push(given);
      return this.results.shift() ?? Promise.resolve();
    };
    this.queue = new BatchQueue(
      { map: 'm', maxBatch: 10, lingerMs: 0, ...options },
      { clock: this.clock, handler: { batch: handle, reset: handle }, news: (news) => this.news.push(news) },
    );
  }

  offer(partition: number, news: TailNews, rest: Partial<Delivery> = {}): Delivery {
    const delivery = { partition, news, isRedelivery: false, mayHandOver: () => true, ...rest };
    void this.queue.offer(delivery).then((handled) => this.outcomes.set(partition, handled));
    return delivery;
  }

  /** Of every batch the partitions in it. */
  partitions(): number[][] {
    return this.handed.map((given) =>
      'parts' in given ? given.parts.map(({ partition }) => partition) : [...given.partitions],
    );
  }
}

const failing = (): Promise<void> => {
  const failure = Promise.reject(new Error('as the test wants'));
  failure.catch(() => undefined);
  return failure;
};

function gate(): { promise: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}

describe('the queue of a map', () => {
  it('hands over together what is ready, up to the size of a batch', async () => {
    const rig = new Rig();
    [4, 5, 3, 1].forEach((count, partition) => rig.offer(partition, events(0, count)));
    await settle();
    expect(rig.partitions()).toEqual([[0, 1, 3], [2]]);
    expect(rig.handed[0]).toMatchObject({ map: 'm', count: 10, isRedelivery: false });
    expect([...rig.outcomes.values()]).toEqual([true, true, true, true]);
  });

  it('hands over what is larger than a batch alone', async () => {
    const rig = new Rig();
    rig.offer(0, events(0, 25));
    rig.offer(1, events(0, 1));
    await settle();
    expect(rig.partitions()).toEqual([[0], [1]]);
  });

  it('hands over one batch after the other', async () => {
    const rig = new Rig();
    const first = gate();
    rig.results = [first.promise];
    rig.offer(0, events(0, 1));
    await settle();
    rig.offer(1, events(0, 1));
    rig.offer(2, events(0, 1));
    await settle();
    expect(rig.partitions()).toEqual([[0]]);
    expect(rig.outcomes.size).toBe(0);
    first.open();
    await settle();
    expect(rig.partitions()).toEqual([[0], [1, 2]]);
  });

  it('waits for more when it is told to', async () => {
    const rig = new Rig({ lingerMs: 20 });
    rig.offer(0, events(0, 1));
    await settle();
    rig.offer(1, events(0, 1));
    await settle();
    expect(rig.handed).toEqual([]);
    rig.clock.advance(20);
    await settle();
    expect(rig.partitions()).toEqual([[0, 1]]);
  });

  it('tells resets of one reason together, apart from events and logged once', async () => {
    const rig = new Rig();
    rig.results = [failing()];
    const reset = (reason: 'overflow' | 'restarted'): TailNews => ({ kind: 'reset', reason, from: 5 });
    rig.offer(0, reset('overflow'));
    rig.offer(1, events(0, 1));
    rig.offer(2, reset('overflow'));
    rig.offer(3, reset('restarted'));
    await settle();
    rig.clock.advance(50);
    await settle();
    expect(rig.partitions()).toEqual([[0, 2], [0, 2], [1], [3]]);
    expect(rig.handed[1]).toEqual({ map: 'm', reason: 'overflow', partitions: [0, 2] });
    expect(rig.news.map(({ kind }) => kind)).toEqual(['reset', 'handler-failed', 'reset']);
  });
});

describe('a batch that is rejected', () => {
  it('comes again as it was, before anything else, after pauses that grow', async () => {
    const rig = new Rig();
    rig.results = [failing(), failing()];
    rig.offer(0, events(0, 2));
    rig.offer(1, events(0, 2));
    await settle();
    rig.offer(2, events(0, 2));
    await settle();
    expect(rig.handed).toHaveLength(1);
    rig.clock.advance(50);
    await settle();
    rig.clock.advance(99);
    await settle();
    expect(rig.partitions()).toEqual([
      [0, 1],
      [0, 1],
    ]);
    rig.clock.advance(1);
    await settle();
    expect(rig.partitions().slice(2)).toEqual([[0, 1], [2]]);
    expect(rig.handed.map((batch) => 'isRedelivery' in batch && batch.isRedelivery)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(rig.news.map(({ kind }) => kind)).toEqual(['handler-failed', 'handler-failed']);
  });

  it('does not come again for a partition that was given up', async () => {
    const rig = new Rig();
    rig.results = [failing()];
    const given = rig.offer(0, events(0, 1));
    rig.offer(1, events(0, 1));
    await settle();
    rig.queue.giveUp(given);
    await settle();
    expect(rig.outcomes).toEqual(new Map([[0, false]]));
    rig.clock.advance(50);
    await settle();
    expect(rig.partitions()).toEqual([[0, 1], [1]]);
  });

  it('leaves nothing to wait for when all of it was given up', async () => {
    const rig = new Rig();
    rig.results = [failing()];
    const given = rig.offer(0, events(0, 1));
    await settle();
    rig.queue.giveUp(given);
    await settle();
    rig.offer(1, events(0, 1));
    await settle();
    expect(rig.partitions()).toEqual([[0], [1]]);
  });
});

describe('a partition that is given up', () => {
  it('keeps the outcome of the batch that is being handled', async () => {
    const rig = new Rig();
    const first = gate();
    rig.results = [first.promise];
    const given = rig.offer(0, events(0, 1));
    await settle();
    rig.queue.giveUp(given);
    await settle();
    expect(rig.outcomes.size).toBe(0);
    first.open();
    await settle();
    expect(rig.outcomes).toEqual(new Map([[0, true]]));
  });

  it('is not tried again when that batch is rejected', async () => {
    const rig = new Rig();
    let reject = (_: Error): void => undefined;
    rig.results = [new Promise((_, fail) => (reject = fail))];
    const given = rig.offer(0, events(0, 1));
    await settle();
    rig.queue.giveUp(given);
    reject(new Error('as the test wants'));
    await settle();
    rig.clock.advance(10_000);
    await settle();
    expect(rig.handed).toHaveLength(1);
    expect(rig.outcomes).toEqual(new Map([[0, false]]));
  });
});

describe('a partition whose lease does not stand', () => {
  it('waits, and holds nobody up', async () => {
    const rig = new Rig();
    let stands = false;
    rig.offer(0, events(0, 1), { mayHandOver: () => stands });
    rig.offer(1, events(0, 1));
    await settle();
    expect(rig.partitions()).toEqual([[1]]);
    stands = true;
    rig.clock.advance(50);
    await settle();
    expect(rig.partitions()).toEqual([[1], [0]]);
  });

  it('is left out when a rejected batch comes again', async () => {
    const rig = new Rig();
    let stands = true;
    rig.results = [failing()];
    rig.offer(0, events(0, 1), { mayHandOver: () => stands });
    rig.offer(1, events(0, 1));
    await settle();
    stands = false;
    rig.clock.advance(50);
    await settle();
    expect(rig.partitions()).toEqual([[0, 1], [1]]);
    stands = true;
    rig.clock.advance(50);
    await settle();
    expect(rig.partitions()).toEqual([[0, 1], [1], [0]]);
    expect(rig.handed[2]).toMatchObject({ isRedelivery: true });
  });
});
