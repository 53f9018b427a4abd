import { NearscoreError } from '@nearscore/errors';
import { EntryGrid } from '../../../../test/fixtures/journal/entry-grid';
import { ManualClock } from '../../../../test/fixtures/journal/manual-clock';
import { ScriptedReader, textOf } from '../../../../test/fixtures/journal/scripted-reader';
import { decodePartitionEntry, encodePartitionEntry } from '../journal/partition-entry.codec';
import { MessageTooLargeError } from '../wire/wire.errors';
import { type ConsumerBatch, type ConsumerNews, type ConsumerReset } from './consumer-batch';
import { JournalConsumer, type JournalConsumerOptions } from './journal-consumer';

const LEASE_MS = 1_000;
const REPLAY = 4;
const MAP = 'predictions.x';

/** One partition in a grid that outlives its consumers. */
class Site {
  readonly clock = new ManualClock();
  readonly reader = new ScriptedReader();
  entries = new Map<number, Buffer>();
  clusterId = 'first';
  private written = 0;

  write(count: number): string[] {
    const values = Array.from({ length: count }, () => `v${this.written++}`);
    this.reader.add(...values);
    return values.map((value) => `k${value.length}=${value}`);
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 25) {
      await turns();
      this.clock.advance(Math.min(25, left));
    }
    await turns();
  }

  stored() {
    const data = this.entries.get(0);
    return data && decodePartitionEntry(data);
  }
}

class Consumer {
  readonly told: string[] = [];
  readonly batches: ConsumerBatch[] = [];
  readonly resets: ConsumerReset[] = [];
  readonly news: ConsumerNews[] = [];
  readonly grid: EntryGrid;
  gate: Promise<void> | undefined;
  resetGate: Promise<void> | undefined;
  peers = ['own'];
  private readonly consumer: JournalConsumer;

  constructor(
    private readonly site: Site,
    readonly id = 'own',
    options: Partial<JournalConsumerOptions> = {},
  ) {
    this.grid = new EntryGrid(site.entries);
    const terms = { holder: id, leaseMs: LEASE_MS, checkpointIntervalMs: 50, heartbeatMs: 200 };
    const reading = { maps: [MAP], partitionCount: 1, maxBatch: 10, lingerMs: 0, replayEvents: REPLAY };
    this.consumer = new JournalConsumer(
      { ...terms, ...reading, startFrom: 'oldest', ...options },
      {
        ...{ grid: this.grid, reader: site.reader, clock: site.clock, handler: this },
        group: { beat: () => Promise.resolve(new Set(this.peers)), withdraw: () => Promise.resolve() },
        clusterId: () => site.clusterId,
        news: (news) => this.news.push(news),
      },
    );
    this.peers = [id];
    this.consumer.start();
  }

  async batch(batch: ConsumerBatch): Promise<void> {
    this.batches.push(batch);
    await this.gate;
    this.told.push(...batch.parts.flatMap(({ events }) => events.map(textOf)));
  }

  async reset(reset: ConsumerReset): Promise<void> {
    this.resets.push(reset);
    await this.resetGate;
  }

  ownerChanged(): void {
    this.consumer.ownersChanged([0]);
  }

  async close(): Promise<void> {
    let isClosed = false;
    const closed = this.consumer.close().then(() => (isClosed = true));
    while (!isClosed) await this.site.pass(25);
    await closed;
  }

  /** It is gone without a word: its process was killed. */
  kill(): void {
    this.grid.isCut = true;
    this.gate = new Promise(() => undefined);
  }
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a position', () => {
  it('moves when the batch was handled, not before', async () => {
    const site = new Site();
    let open = (): void => undefined;
    const consumer = new Consumer(site);
    consumer.gate = new Promise((resolve) => (open = resolve));
    await site.pass(100);
    site.write(3);
    await site.pass(300);
    expect(consumer.batches).toHaveLength(1);
    expect(site.stored()?.streams.get(MAP)).toMatchObject({ next: 0 });
    open();
    await site.pass(300);
    expect(site.stored()?.streams.get(MAP)).toMatchObject({ next: 3, tail: { sequence: 2 } });
  });

  it('does not move by a batch whose lease was lost meanwhile; it comes again to the new holder alone', async () => {
    const site = new Site();
    let open = (): void => undefined;
    const consumer = new Consumer(site);
    consumer.gate = new Promise((resolve) => (open = resolve));
    await site.pass(100);
    site.write(3);
    await site.pass(100);
    const entry = site.stored();
    if (!entry) throw new Error('there is no entry');
    site.entries.set(0, encodePartitionEntry({ ...entry, writes: entry.writes + 7, holder: 'another' }, 0));
    // Nothing was stored since: it is the next renewal that tells.
    await site.pass(LEASE_MS / 2);
    expect(consumer.news).toContainEqual({ kind: 'lease-lost', partition: 0, to: 'another' });
    open();
    await site.pass(300);
    expect(site.stored()).toMatchObject({ holder: 'another' });
    expect(site.stored()?.streams.get(MAP)).toMatchObject({ next: 0 });
  });

  it('that is unreadable is told, and the group begins anew', async () => {
    const site = new Site();
    site.entries.set(0, Buffer.from('what is this'));
    const all = site.write(3);
    const consumer = new Consumer(site);
    await site.pass(200);
    expect(consumer.told).toEqual(all);
    expect(consumer.news).toContainEqual(expect.objectContaining({ kind: 'checkpoint-unreadable', partition: 0 }));
  });
});

describe('back-pressure', () => {
  it('asks for nothing more while a batch is being handled', async () => {
    const site = new Site();
    let open = (): void => undefined;
    const consumer = new Consumer(site);
    consumer.gate = new Promise((resolve) => (open = resolve));
    const all = site.write(35);
    await site.pass(500);
    expect(site.reader.readings).toEqual([{ from: 0, max: 10 }]);
    open();
    await site.pass(100);
    expect(consumer.told).toEqual(all);
    expect(consumer.batches.map(({ count }) => count)).toEqual([10, 10, 10, 5]);
  });
});

describe('a takeover', () => {
  const takeOver = async (site: Site, change: () => void, consumed = 10): Promise<[Consumer, string[]]> => {
    const first = new Consumer(site, 'first');
    const told = site.write(consumed);
    await site.pass(300);
    expect(first.told).toEqual(told);
    first.kill();
    change();
    const second = new Consumer(site, 'second');
    await site.pass(2 * LEASE_MS);
    return [second, told];
  };

  it('waits for the lease, and begins behind the last event whose position was stored', async () => {
    const site = new Site();
    let later: string[] = [];
    const [second] = await takeOver(site, () => (later = site.write(5)));
    expect(second.told).toEqual(later);
    expect(second.news).toContainEqual({ kind: 'lease-taken', partition: 0, from: 'first' });
    expect(second.batches[0]).toMatchObject({ isRedelivery: true });
    const last = site.write(1);
    await site.pass(50);
    expect(second.told.slice(-1)).toEqual(last);
    expect(second.batches.at(-1)).toMatchObject({ isRedelivery: false });
  });

  it('skips nothing when a failover has replaced the last events that were consumed', async () => {
    const site = new Site();
    let replaced: string[] = [];
    const change = (): void => {
      site.reader.failOver(3);
      replaced = site.write(6);
    };
    const [second] = await takeOver(site, change, 20);
    expect(second.resets).toEqual([]);
    expect(second.told.slice(-6)).toEqual(replaced);
    expect(second.told.length).toBeLessThan(6 + 3 * REPLAY);
    expect(second.batches[0]).toMatchObject({ isRedelivery: true });
  });

  it('goes on before the lost events are replaced', async () => {
    const site = new Site();
    const [second] = await takeOver(site, () => site.reader.failOver(3), 20);
    const replaced = site.write(6);
    await site.pass(100);
    expect(second.resets).toEqual([]);
    expect(second.told.slice(-6)).toEqual(replaced);
  });

  it.each([12, 30])(
    'tells that the journal is another one, of %p events, and begins with its oldest',
    async (count) => {
      const site = new Site();
      let all: string[] = [];
      const change = (): void => {
        site.reader.restart();
        all = site.write(count);
      };
      const [second] = await takeOver(site, change, 20);
      expect(second.resets).toEqual([{ map: MAP, reason: 'restarted', partitions: [0] }]);
      expect(second.told).toEqual(all);
      expect(site.stored()?.streams.get(MAP)).toMatchObject({ next: count });
    },
  );

  it('tells that events were dropped', async () => {
    const site = new Site();
    let all: string[] = [];
    const change = (): void => {
      all = site.write(40);
      site.reader.dropBefore(30);
    };
    const [second] = await takeOver(site, change);
    expect(second.resets).toEqual([{ map: MAP, reason: 'overflow', partitions: [0] }]);
    expect(second.told).toEqual(all.slice(20));
  });
});

describe('a change of owner', () => {
  it('lets nothing be handed over before the grid has confirmed the lease', async () => {
    const site = new Site();
    const consumer = new Consumer(site);
    await site.pass(100);
    consumer.grid.isCut = true;
    site.reader.ownerChanged();
    consumer.ownerChanged();
    const all = site.write(3);
    await site.pass(500);
    expect(consumer.told).toEqual([]);
    consumer.grid.isCut = false;
    await site.pass(500);
    expect(consumer.told).toEqual(all);
  });

  it('that replaced the last events tells of them once more, and keeps the position', async () => {
    const site = new Site();
    const consumer = new Consumer(site);
    site.write(10);
    await site.pass(200);
    site.reader.failOver(2);
    consumer.ownerChanged();
    const replaced = site.write(4);
    await site.pass(300);
    expect(consumer.told.slice(10)).toEqual(replaced);
    expect(consumer.batches.at(-1)).toMatchObject({ isRedelivery: true });
    await consumer.close();
    expect(site.stored()).toMatchObject({ holder: null });
    expect(site.stored()?.streams.get(MAP)).toMatchObject({ next: 12 });
  });

  it('that replaced events while a batch was being handled is noticed all the same', async () => {
    const site = new Site();
    let open = (): void => undefined;
    const consumer = new Consumer(site);
    consumer.gate = new Promise((resolve) => (open = resolve));
    site.write(5);
    await site.pass(200);
    site.reader.failOver(2);
    consumer.ownerChanged();
    const replaced = site.write(4);
    await site.pass(300);
    open();
    await site.pass(300);
    expect(consumer.told.slice(5)).toEqual(replaced);
  });

  it('costs no repeat when the consumer is closed before anything else comes', async () => {
    const site = new Site();
    const first = new Consumer(site, 'first', { checkpointIntervalMs: LEASE_MS });
    site.write(10);
    await site.pass(50);
    site.write(10);
    await site.pass(50);
    site.reader.ownerChanged();
    first.ownerChanged();
    await site.pass(100);
    await first.close();
    const second = new Consumer(site, 'second');
    await site.pass(200);
    expect([first.told.length, second.told.length]).toEqual([20, 0]);
  });

  it('to a grid that was emptied is told, also if its journal is already longer', async () => {
    const site = new Site();
    const consumer = new Consumer(site, 'own', { startFrom: 'newest' });
    await site.pass(100);
    site.write(10);
    await site.pass(200);
    [site.clusterId] = ['second'];
    site.entries.clear();
    site.reader.restart();
    consumer.ownerChanged();
    const all = site.write(30);
    await site.pass(LEASE_MS);
    expect(consumer.resets).toEqual([{ map: MAP, reason: 'restarted', partitions: [0] }]);
    expect(consumer.told.slice(10)).toEqual(all);
  });
});

describe('a batch of a grid that was emptied while it was handled', () => {
  it('moves no position in the new grid', async () => {
    const site = new Site();
    let open = (): void => undefined;
    const consumer = new Consumer(site);
    consumer.gate = new Promise((resolve) => (open = resolve));
    consumer.resetGate = new Promise(() => undefined);
    site.write(10);
    await site.pass(200);
    site.entries.clear();
    site.reader.restart();
    consumer.ownerChanged();
    await site.pass(500);
    expect(site.stored()).toMatchObject({ holder: 'own' });
    open();
    await site.pass(500);
    expect(consumer.resets).toHaveLength(1);
    expect(site.stored()?.streams).toEqual(new Map());
  });
});

describe('a share', () => {
  it('is given up when the batch in hand is done, and taken again', async () => {
    const site = new Site();
    let open = (): void => undefined;
    const consumer = new Consumer(site);
    consumer.gate = new Promise((resolve) => (open = resolve));
    site.write(2);
    await site.pass(200);
    consumer.peers = ['somebody else'];
    await site.pass(400);
    expect(site.stored()).toMatchObject({ holder: 'own' });
    open();
    await site.pass(200);
    expect(site.stored()).toMatchObject({ holder: null });
    expect(site.stored()?.streams.get(MAP)).toMatchObject({ next: 2 });
    consumer.peers = ['own'];
    const later = site.write(1);
    await site.pass(500);
    expect(consumer.told.slice(2)).toEqual(later);
    expect(consumer.resets).toEqual([]);
  });
});

describe('events that do not fit into one message', () => {
  it('are read in smaller numbers', async () => {
    const site = new Site();
    const all = site.write(20);
    const tooLarge = new MessageTooLargeError(100, 10);
    site.reader.failReadings = [tooLarge, tooLarge];
    const consumer = new Consumer(site);
    await site.pass(2_000);
    expect(consumer.told).toEqual(all);
    expect(site.reader.readings.slice(0, 3).map(({ max }) => max)).toEqual([10, 5, 2]);
  });
});

describe('trouble', () => {
  it('that waiting does not mend is told, and tried again all the same', async () => {
    const site = new Site();
    const consumer = new Consumer(site);
    await site.pass(100);
    const refused = new NearscoreError('TEST_REFUSED', 'as the test wants');
    site.reader.failures = [refused, refused, refused];
    const all = site.write(5);
    await site.pass(3_000);
    expect(consumer.told).toEqual(all);
    expect(consumer.news).toContainEqual({ kind: 'trouble', error: refused });
  });
});
