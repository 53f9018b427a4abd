import { type MessagePort } from 'node:worker_threads';
import { LaneControl, type LaneParts } from './lane-control';
import { type LaneCommand, type LaneReport } from './lane-messages';
import { LaneStatistics } from './lane-statistics';

function setUp() {
  const reports: LaneReport['type'][] = [];
  let command: (command: LaneCommand) => void = () => undefined;
  const port = {
    on: (_event: string, listener: typeof command) => (command = listener),
    postMessage: ({ type }: LaneReport) => void reports.push(type),
    close: jest.fn(),
  };
  let turns = 0;
  let end: () => void = () => undefined;
  const leases = { held: 0, waiting: 0, takeovers: 0, lost: 0, fenced: 0 };
  const parts = {
    server: { streams: () => new Map(), leases: () => leases, checkpointsWritten: 0 },
    streams: { listen: () => undefined },
    pool: { size: 0 },
    statistics: new LaneStatistics(),
    pulse: { turn: () => void turns++ },
    shutDown: () => new Promise<void>((resolve) => (end = resolve)),
  };
  new LaneControl(port as unknown as MessagePort, parts as unknown as LaneParts).start();
  return { reports, port, send: (one: LaneCommand) => command(one), turns: () => turns, end: () => end() };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('tells what it does, and that it is alive, twice a second', () => {
  const { reports, turns } = setUp();
  jest.advanceTimersByTime(2_000);
  expect([reports, turns()]).toEqual([['ready', 'stats', 'stats', 'stats', 'stats'], 4]);
});

it('has a pulse for as long as it stops: one that is slow is not stuck', async () => {
  const { reports, port, send, turns, end } = setUp();
  send({ type: 'stop' });
  jest.advanceTimersByTime(10_000);
  expect([turns(), reports.includes('stopped')]).toEqual([20, false]);
  end();
  await jest.advanceTimersByTimeAsync(10_000);
  expect([turns(), reports.at(-1)]).toEqual([20, 'stopped']);
  expect(port.close).toHaveBeenCalled();
});
