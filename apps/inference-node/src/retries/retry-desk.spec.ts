import { createLogger } from '@nearscore/logging';
import { createMetricsRegistry, NodeMetrics } from '@nearscore/metrics';
import { type FailedRecord, type ParkedRecord } from '@nearscore/registry';
import { type LaneRetry } from '../lane/lane-messages';
import { RetryDesk } from './retry-desk';
import { RetryPolicy } from './retry-policy';

const failed: FailedRecord = {
  ...{ stream: 'fraud', key: 'a', keyData: 'AAAA', partition: 1, sourceSequence: 2, fingerprint: '' },
  ...{ model: 'fraud', version: 1, epoch: 1, firstAt: 100, lastAt: 100 },
  reason: { code: 'MODEL_RUN_FAILED', message: 'it threw' },
};
const failure = { code: 'MODEL_RUN_FAILED', message: 'again' };
const policy = new RetryPolicy({ attempts: { default: 3, streams: new Map() }, delayMs: 10 }, () => undefined);
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A desk over one entry in memory, compared by identity as the grid compares by text. */
function setUp() {
  let entry: ParkedRecord | undefined;
  const asked: LaneRetry[] = [];
  const scheduled: ParkedRecord[] = [];
  const registry = createMetricsRegistry({ processMetrics: false });
  const desk = new RetryDesk({
    store: {
      park: async (records) => ((entry = records[0]), records),
      get: async () => entry,
      change: async (record, change) => (record === entry ? (entry = { ...record, ...change }) : undefined),
      resolve: async (record) => record === entry && ((entry = undefined), true),
    },
    policy,
    lanes: { serves: (partition) => partition === 1, retry: (retry) => asked.push(retry) },
    metrics: new NodeMetrics(registry).retries,
    logger: createLogger('test', 'silent'),
    schedule: (records) => scheduled.push(...records),
  });
  const stored = (): ParkedRecord => {
    if (!entry) throw new Error('there is no entry');
    return entry;
  };
  return { desk, asked, scheduled, registry, stored, isGone: () => entry === undefined };
}

describe('RetryDesk', () => {
  it('schedules another attempt after each failure but the last', async () => {
    const { desk, asked, scheduled, stored, registry } = setUp();
    await desk.park([failed]);
    for (let attempt = 1; attempt < 3; attempt++) {
      expect(scheduled).toHaveLength(attempt);
      expect(stored()).toMatchObject({ state: 'retrying', attempts: attempt, firstAt: 100 });
      desk.ask(stored(), true);
      desk.retried(asked.at(-1)?.id ?? 0, { kind: 'failed', failure }, { model: 'fraud', version: 2, epoch: 4 });
      await settled();
    }
    expect(stored()).toMatchObject({ state: 'dead', attempts: 3, version: 2, epoch: 4, reason: { message: 'again' } });
    expect(scheduled).toHaveLength(2);
    expect(await registry.metrics()).toContain(
      'nearscore_dead_letters_total{stream="fraud",code="MODEL_RUN_FAILED"} 1',
    );
  });

  it('counts an attempt once, however often its lane tells of it', async () => {
    const { desk, asked, stored } = setUp();
    await desk.park([failed]);
    const before = stored();
    desk.ask(before, true);
    desk.ask(before, true);
    expect(asked).toHaveLength(2);
    for (const { id } of [...asked, ...asked]) desk.retried(id, { kind: 'failed', failure }, undefined);
    await settled();
    expect(stored().attempts).toBe(2);
  });

  it.each(['scored', 'superseded'] as const)('resolves what is %s', async (kind) => {
    const { desk, asked, stored, isGone } = setUp();
    await desk.park([failed]);
    desk.ask(stored(), true);
    desk.retried(asked[0]?.id ?? 0, { kind }, undefined);
    await settled();
    expect(isGone()).toBe(true);
  });

  it.each(['parked', 'unknown'] as const)('leaves as it is what is %s', async (kind) => {
    const { desk, asked, stored } = setUp();
    await desk.park([failed]);
    const before = stored();
    desk.ask(before, false);
    desk.retried(asked[0]?.id ?? 0, { kind }, undefined);
    await settled();
    expect(stored()).toBe(before);
  });

  it('resolves what a later event was scored of, and nothing that failed after it', async () => {
    const { desk, stored, isGone } = setUp();
    await desk.park([failed]);
    desk.unparked({ stream: 'fraud', keys: [{ keyData: 'AAAA', sequence: 1 }] });
    await settled();
    expect(stored().sourceSequence).toBe(2);
    desk.unparked({ stream: 'fraud', keys: [{ keyData: 'AAAA', sequence: 3 }] });
    await settled();
    expect(isGone()).toBe(true);
  });

  it('asks only of what its lanes serve, a bounded number at once, and the rest when lanes answer or never do', async () => {
    const { desk, asked } = setUp();
    const record = policy.parked(failed);
    desk.ask({ ...record, partition: 2 }, true);
    expect(asked).toEqual([]);
    const keyOf = (n: number): string => Buffer.from(`key ${n}`).toString('base64');
    for (let n = 0; n < 100; n++) desk.ask({ ...record, keyData: keyOf(n) }, true);
    expect(asked).toHaveLength(64);
    desk.retried(asked[0]?.id ?? 0, { kind: 'unknown' }, undefined);
    expect(asked).toHaveLength(65);
    desk.tidy(Date.now() + 60_000);
    expect(asked).toHaveLength(100);
  });
});
