import { LifecycleState } from 'hazelcast-client';
import { ConnectionWatch } from './connection-watch';
import { type ReconnectEvent } from './grid';

const { STARTED, CONNECTED, DISCONNECTED, SHUTTING_DOWN } = LifecycleState;

describe('ConnectionWatch', () => {
  let clusterId: string;
  const probe = jest.fn(() => Promise.resolve({ memberUuid: 'm', clusterId }));
  const watching = (): { watch: ConnectionWatch; events: ReconnectEvent[]; end: () => void } => {
    const watch = new ConnectionWatch('a', probe);
    const events: ReconnectEvent[] = [];
    return { watch, events, end: watch.onReconnect((event) => events.push(event)) };
  };
  /** Lets what was asked in the meantime be answered. */
  const settle = () => jest.advanceTimersByTimeAsync(1_000);
  const reconnect = async (watch: ConnectionWatch): Promise<void> => {
    watch.onLifecycle(DISCONNECTED);
    watch.onLifecycle(CONNECTED);
    await settle();
  };

  beforeEach(() => {
    clusterId = 'a';
    jest.useFakeTimers();
  });
  afterEach(() => jest.useRealTimers());

  it('tells of reconnects, not of the first connect, and whether the grid is another one', async () => {
    const { watch, events, end } = watching();
    watch.onLifecycle(CONNECTED);
    await settle();
    await reconnect(watch);
    clusterId = 'b';
    await reconnect(watch);
    await reconnect(watch);
    end();
    await reconnect(watch);
    expect(events).toEqual([{ restarted: false }, { restarted: true }, { restarted: false }]);
  });

  it('asks again while the connection stands and no member answers', async () => {
    const { watch, events } = watching();
    watch.onLifecycle(CONNECTED);
    probe.mockRejectedValueOnce(new Error('busy')).mockRejectedValueOnce(new Error('busy'));
    clusterId = 'b';
    await reconnect(watch);
    expect(events).toEqual([{ restarted: true }]);
  });

  it('leaves it to the next connect when the connection is lost before a member answered', async () => {
    const { watch, events } = watching();
    watch.onLifecycle(CONNECTED);
    probe.mockRejectedValueOnce(new Error('gone'));
    watch.onLifecycle(DISCONNECTED);
    watch.onLifecycle(CONNECTED);
    watch.onLifecycle(DISCONNECTED);
    await settle();
    expect(events).toEqual([]);
    clusterId = 'b';
    watch.onLifecycle(CONNECTED);
    await settle();
    expect(events).toEqual([{ restarted: true }]);
  });

  it('does not take an answer of the time before another loss', async () => {
    const { watch, events } = watching();
    watch.onLifecycle(CONNECTED);
    let answer: (identity: { memberUuid: string; clusterId: string }) => void = () => undefined;
    probe.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    await reconnect(watch);
    clusterId = 'b';
    await reconnect(watch);
    answer({ memberUuid: 'm', clusterId: 'a' });
    await settle();
    expect(events).toEqual([{ restarted: true }]);
  });

  it('asks nobody any more after the end', async () => {
    const { watch, events } = watching();
    watch.onLifecycle(CONNECTED);
    probe.mockRejectedValueOnce(new Error('busy'));
    watch.onLifecycle(DISCONNECTED);
    watch.onLifecycle(CONNECTED);
    watch.onLifecycle(SHUTTING_DOWN);
    await settle();
    expect(events).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('knows whether there is a connection', () => {
    const { watch } = watching();
    const states = [STARTED, CONNECTED, DISCONNECTED, CONNECTED, SHUTTING_DOWN].map((state) => {
      watch.onLifecycle(state);
      return watch.isConnected();
    });
    expect(states).toEqual([false, true, false, true, false]);
  });
});
