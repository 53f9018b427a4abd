import { createLogger } from '@nearscore/logging';
import { createMetricsRegistry, NodeMetrics } from '@nearscore/metrics';
import { type ParkedRecord } from '@nearscore/registry';
import { type LaneCommand } from '../lane/lane-messages';
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
  const pool = new LanePool({ lanes: 2, startThread, metrics: new NodeMetrics(registry), logger, park, retries });
  pool.start();
  const report = (lane: number, ...args: Parameters<LaneThreadListener['reported']>): void =>
    listeners[lane]?.reported(...args);
  return { pool, posted, registry, report, end: (lane: number) => listeners[lane]?.ended('gone') };
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
    report(0, { type: 'deployed', stream: 'fraud', epoch: 2 });
    report(1, { type: 'deployed', stream: 'fraud', epoch: 1 });
    expect(pool.haveTried(deployed)).toBe(false);
    report(1, { type: 'deployed', stream: 'fraud', epoch: 2, error: 'bad file' });
    expect(pool.haveTried(deployed)).toBe(true);
    jest.useFakeTimers();
    end(0);
    jest.useRealTimers();
    expect(pool.haveTried([])).toBe(false);
  });

  it('makes a stream ready when every lane applies its epoch, and not when one cannot or begins again', () => {
    const { pool, report, end } = setUp(() => Promise.resolve());
    const deployed = [{ stream: 'fraud', epoch: 2 }] as never;
    const work = { announced: true, reconciler: { refused: [], unavailable: [], deployed } };
    const streams = () => readinessOf(pool, { isConnected: () => true }, work).streams;
    report(0, { type: 'deployed', stream: 'fraud', epoch: 2 });
    report(1, { type: 'deployed', stream: 'fraud', epoch: 1 });
    expect(streams()).toMatchObject({ up: false, failed: [] });
    report(1, { type: 'deployed', stream: 'fraud', epoch: 2, error: 'bad file' });
    expect(streams()).toMatchObject({ up: false, failed: [{ stream: 'fraud', reason: 'bad file' }] });
    report(1, { type: 'deployed', stream: 'fraud', epoch: 2 });
    expect(streams().up).toBe(true);
    jest.useFakeTimers();
    end(0);
    jest.useRealTimers();
    expect(streams().up).toBe(false);
  });
});
