import { createLogger } from '@nearscore/logging';
import { createMetricsRegistry, NodeMetrics } from '@nearscore/metrics';
import { type ParkedRecord } from '@nearscore/registry';
import { type LaneCommand, type LaneModel } from '../lane/lane-messages';
import { LanePulse } from '../lane/lane-pulse';
import { readinessOf } from '../node/node-readiness';
import { LanePool, type ParkRecords } from './lane-pool';
import { type LaneThreadListener } from './lane-thread';

function setUp(park: ParkRecords) {
  const registry = createMetricsRegistry({ processMetrics: false });
  const listeners: LaneThreadListener[] = [];
  const posted: LaneCommand[] = [];
  const startThread = (_lane: number, listener: LaneThreadListener) => {
    listeners.push(listener);
    const pulse = new LanePulse();
    return { pulse, post: (command: LaneCommand) => void posted.push(command), terminate: () => Promise.resolve() };
  };
  const logger = createLogger('test', 'silent');
  const retries = { retried: () => undefined, unparked: () => undefined };
  const metrics = new NodeMetrics(registry);
  const onOutcome = jest.fn();
  const pool = new LanePool({ lanes: 2, startThread, metrics, logger, park, retries, onOutcome });
  pool.start();
  const report = (lane: number, ...args: Parameters<LaneThreadListener['reported']>): void =>
    listeners[lane]?.reported(...args);
  return { pool, posted, registry, report, onOutcome, end: (lane: number) => listeners[lane]?.ended('gone') };
}

const parked = { stream: 'fraud' } as ParkedRecord;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('LanePool', () => {
  it('answers that records are parked only when they are', async () => {
    let stored = (): void => undefined;
    const { posted, report, registry } = setUp(() => new Promise((resolve) => (stored = resolve)));
    report(0, { type: 'park', id: 7, records: [parked, parked] });
    await settled();
    expect(posted).toEqual([]);
    stored();
    await settled();
    expect(posted).toEqual([{ type: 'parked', id: 7 }]);
    expect(await registry.metrics()).toContain('nearscore_parked_records_total{stream="fraud"} 2');
  });

  it('answers why records could not be parked', async () => {
    const { posted, report, registry } = setUp(() => Promise.reject(new Error('grid gone')));
    report(1, { type: 'park', id: 8, records: [parked] });
    await settled();
    expect(posted).toEqual([{ type: 'parked', id: 8, error: 'grid gone' }]);
    expect(await registry.metrics()).toContain('nearscore_park_failures_total 1');
  });

  it('knows when every lane has tried what is deployed, whether it could load it or not', () => {
    const { pool, report, end } = setUp(() => Promise.resolve());
    const deployed = [{ stream: 'fraud', epoch: 2 }];
    expect(pool.haveTried([])).toBe(false);
    report(0, { type: 'ready' });
    report(1, { type: 'ready' });
    expect([pool.haveTried([]), pool.haveTried(deployed)]).toEqual([true, false]);
    report(0, { type: 'deployed', stream: 'fraud', epoch: 2, version: 7 });
    report(1, { type: 'deployed', stream: 'fraud', epoch: 1, version: 6 });
    expect(pool.haveTried(deployed)).toBe(false);
    report(1, { type: 'deployed', stream: 'fraud', epoch: 2, version: 7, error: 'bad file' });
    expect(pool.haveTried(deployed)).toBe(true);
    jest.useFakeTimers();
    end(0);
    jest.useRealTimers();
    expect(pool.haveTried([])).toBe(false);
  });

  it('makes a stream ready when every lane applies its epoch, and not when one cannot or begins again', () => {
    const { pool, report, end } = setUp(() => Promise.resolve());
    const wanted = [{ stream: 'fraud', epoch: 2 }] as never;
    const work = { announced: true, reconciler: { refused: [], unavailable: [], wanted } };
    const streams = () => readinessOf(pool, { isConnected: () => true }, work).streams;
    report(0, { type: 'deployed', stream: 'fraud', epoch: 2, version: 7 });
    report(1, { type: 'deployed', stream: 'fraud', epoch: 1, version: 6 });
    expect(streams()).toMatchObject({ up: false, failed: [] });
    report(1, { type: 'deployed', stream: 'fraud', epoch: 2, version: 7, error: 'bad file' });
    expect(streams()).toMatchObject({ up: false, failed: [{ stream: 'fraud', reason: 'bad file' }] });
    report(1, { type: 'deployed', stream: 'fraud', epoch: 2, version: 7 });
    expect(streams().up).toBe(true);
    jest.useFakeTimers();
    end(0);
    jest.useRealTimers();
    expect(streams().up).toBe(false);
  });

  it('knows a version as prepared when every lane has said so, and as failed when one says so', () => {
    const { pool, posted, report, end, onOutcome } = setUp(() => Promise.resolve());
    const name = { model: 'mlp', version: 2, sha256: 'abc' };
    for (const lane of [0, 1]) report(lane, { type: 'ready' });
    pool.prepare([name as LaneModel]);
    expect(posted).toEqual([0, 1].map(() => ({ type: 'prepare', models: [name] })));
    report(0, { type: 'prepared', ...name });
    expect(pool.outcomes.preparednessOf(name)).toEqual({ state: 'preparing', reason: null });
    report(1, { type: 'prepared', ...name, error: 'no memory' });
    expect(pool.outcomes.preparednessOf(name)).toEqual({ state: 'failed', reason: 'no memory' });
    report(1, { type: 'prepared', ...name });
    expect(pool.outcomes.preparednessOf(name)).toEqual({ state: 'prepared', reason: null });
    expect(pool.outcomes.preparednessOf({ ...name, sha256: 'def' }).state).toBe('preparing');
    expect(onOutcome).toHaveBeenCalledTimes(3);
    jest.useFakeTimers();
    end(0);
    jest.useRealTimers();
    expect(pool.outcomes.preparednessOf(name).state).toBe('preparing');
  });

  it('believes of a version that was to be released nothing that was said before', () => {
    const { pool, report } = setUp(() => Promise.resolve());
    const name = { model: 'mlp', version: 2, sha256: 'abc' };
    for (const lane of [0, 1]) report(lane, { type: 'prepared', ...name });
    pool.prepare([]);
    pool.prepare([name as LaneModel]);
    expect(pool.outcomes.preparednessOf(name).state).toBe('preparing');
  });

  it('tells the oldest epoch that lanes apply, none while one applies none or after it was to be dropped', () => {
    const { pool, report } = setUp(() => Promise.resolve());
    report(0, { type: 'deployed', stream: 'fraud', epoch: 3, version: 8 });
    expect(pool.outcomes.appliedOf('fraud')).toEqual({ epoch: 0, version: 0 });
    report(1, { type: 'deployed', stream: 'fraud', epoch: 2, version: 7 });
    expect(pool.outcomes.appliedOf('fraud')).toEqual({ epoch: 2, version: 7 });
    report(1, { type: 'deployed', stream: 'fraud', epoch: 3, version: 8, error: 'bad file' });
    expect(pool.outcomes.appliedOf('fraud')).toEqual({ epoch: 0, version: 0 });
    report(1, { type: 'deployed', stream: 'fraud', epoch: 3, version: 8 });
    expect(pool.outcomes.appliedOf('fraud')).toEqual({ epoch: 3, version: 8 });
    pool.deploy([]);
    expect(pool.outcomes.appliedOf('fraud')).toEqual({ epoch: 0, version: 0 });
  });

  it('counts deployments that lanes took over, by whether a model had to be loaded first', async () => {
    const { registry, report } = setUp(() => Promise.resolve());
    const epoch = { stream: 'fraud', epoch: 2, version: 7 };
    report(0, { type: 'deployed', ...epoch, prepared: true });
    report(1, { type: 'deployed', ...epoch, prepared: false });
    report(1, { type: 'deployed', ...epoch, error: 'bad file' });
    const text = await registry.metrics();
    expect(text).toContain('nearscore_applied_deployments_total{stream="fraud",prepared="true"} 1\n');
    expect(text).toContain('nearscore_applied_deployments_total{stream="fraud",prepared="false"} 1\n');
  });
});
