import { LifecycleState } from 'hazelcast-client';
import { ConnectionWatch } from './connection-watch';
import { type ReconnectEvent } from './grid';

describe('ConnectionWatch', () => {
  const { CONNECTED, DISCONNECTED, SHUTTING_DOWN } = LifecycleState;

  it('tells of reconnects, not of the first connect, and whether the grid is another one', () => {
    const watch = new ConnectionWatch();
    const events: ReconnectEvent[] = [];
    const end = watch.onReconnect((event) => events.push(event));
    watch.onLifecycle(CONNECTED);
    watch.onLifecycle(DISCONNECTED);
    watch.onLifecycle(CONNECTED);
    watch.onLifecycle(DISCONNECTED);
    watch.observe('ConnectionManager', 'Switching from current cluster: a to new cluster: b');
    watch.onLifecycle(CONNECTED);
    watch.onLifecycle(CONNECTED);
    end();
    watch.onLifecycle(CONNECTED);
    expect(events).toEqual([{ restarted: false }, { restarted: true }, { restarted: false }]);
  });

  it('knows whether there is a connection', () => {
    const watch = new ConnectionWatch();
    const states = [LifecycleState.STARTED, CONNECTED, DISCONNECTED, CONNECTED, SHUTTING_DOWN].map((state) => {
      watch.onLifecycle(state);
      return watch.isConnected();
    });
    expect(states).toEqual([false, true, false, true, false]);
  });
});
