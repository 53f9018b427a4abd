import { createLogger } from '@nearscore/logging';
import { type LaneCommand, type LaneReport } from '../lane/lane-messages';
import { LanePulse } from '../lane/lane-pulse';
import { LaneHost, type LaneKnowledge } from './lane-host';
import { type LaneThread, type LaneThreadListener } from './lane-thread';

class FakeThread implements LaneThread {
  readonly pulse = new LanePulse();
  readonly posted: LaneCommand[] = [];
  terminated = false;

  constructor(private readonly listener: LaneThreadListener) {}

  post(command: LaneCommand): void {
    this.posted.push(command);
  }

  terminate(): Promise<void> {
    this.terminated = true;
    this.listener.ended('terminated');
    return Promise.resolve();
  }

  report(report: LaneReport): void {
    this.listener.reported(report);
  }

  die(): void {
    this.listener.ended('exit code 1');
  }
}

function setUp() {
  const threads: FakeThread[] = [];
  const listener = { reported: jest.fn(), died: jest.fn() };
  const logger = createLogger('test', 'silent');
  const startThread = (_lane: number, threadListener: LaneThreadListener): FakeThread => {
    const thread = new FakeThread(threadListener);
    threads.push(thread);
    return thread;
  };
  const host = new LaneHost(3, startThread, listener, logger);
  host.start();
  return { host, threads, listener, thread: (index: number) => threads[index] as FakeThread };
}

const members: LaneKnowledge = { type: 'members', members: [] };
const assign = (partition: number): LaneKnowledge => ({ type: 'assign', partitions: [partition], owners: ['m'] });

describe('LaneHost', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('tells a lane what it has to know once it is ready: the latest, members first', () => {
    const { host, thread } = setUp();
    host.tell(assign(1));
    host.tell(assign(2));
    host.tell(members);
    expect(thread(0).posted).toEqual([]);
    expect(host.isReady).toBe(false);
    thread(0).report({ type: 'ready' });
    expect(thread(0).posted).toEqual([members, assign(2)]);
    expect(host.isReady).toBe(true);
    host.tell(assign(3));
    expect(thread(0).posted.at(-1)).toEqual(assign(3));
  });

  it('starts a lane again, tells it the same, and waits longer each time', () => {
    const { host, threads, thread, listener } = setUp();
    host.tell(assign(1));
    for (const backoffMs of [200, 400, 800]) {
      threads.at(-1)?.report({ type: 'ready' });
      threads.at(-1)?.die();
      expect(host.isReady).toBe(false);
      const before = threads.length;
      jest.advanceTimersByTime(backoffMs - 1);
      expect(threads).toHaveLength(before);
      jest.advanceTimersByTime(1);
      expect(threads).toHaveLength(before + 1);
    }
    expect(listener.died.mock.calls).toEqual([[3], [3], [3]]);
    thread(3).report({ type: 'ready' });
    expect(thread(3).posted).toEqual([assign(1)]);
  });

  it('waits a bounded time, and little after a lane that was steady', () => {
    const { threads } = setUp();
    for (let death = 0; death < 12; death++) {
      threads.at(-1)?.die();
      jest.advanceTimersByTime(10_000);
    }
    expect(threads).toHaveLength(13);
    threads.at(-1)?.report({ type: 'ready' });
    jest.advanceTimersByTime(61_000);
    threads.at(-1)?.die();
    jest.advanceTimersByTime(200);
    expect(threads).toHaveLength(14);
  });

  it('answers the thread that asked, not the one in its place', () => {
    const { thread, listener } = setUp();
    thread(0).report({ type: 'park', id: 7, records: [] });
    const answer = listener.reported.mock.calls[0][2] as (command: LaneCommand) => void;
    thread(0).die();
    jest.advanceTimersByTime(200);
    answer({ type: 'parked', id: 7 });
    expect(thread(0).posted).toEqual([{ type: 'parked', id: 7 }]);
    expect(thread(1).posted).toEqual([]);
  });

  it('lets a lane stop by itself', async () => {
    const { host, thread, threads, listener } = setUp();
    thread(0).report({ type: 'ready' });
    const stopped = host.stop(10_000);
    expect(thread(0).posted).toEqual([{ type: 'stop' }]);
    thread(0).report({ type: 'stopped' });
    await stopped;
    jest.advanceTimersByTime(60_000);
    expect(threads).toHaveLength(1);
    expect(listener.died).not.toHaveBeenCalled();
  });

  it('ends a lane that does not stop in time', async () => {
    const { host, thread } = setUp();
    const stopped = host.stop(10_000);
    await jest.advanceTimersByTimeAsync(9_999);
    expect(thread(0).terminated).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    await stopped;
    expect(thread(0).terminated).toBe(true);
  });

  it('stops while it waits to start again', async () => {
    const { host, thread, threads } = setUp();
    thread(0).die();
    await host.stop(10_000);
    jest.advanceTimersByTime(60_000);
    expect(threads).toHaveLength(1);
  });
});
