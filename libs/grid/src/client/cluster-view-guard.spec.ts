import { createRequire } from 'node:module';
import { pauseClusterViewRetries } from './cluster-view-guard';

const { ClusterViewListenerService } = createRequire(__filename)(
  'hazelcast-client/lib/listener/ClusterViewListenerService',
) as { ClusterViewListenerService: new (...parts: object[]) => { tryRegister(connection: object): void } };

/** The client's own service over one connection that cannot be written to; it gives up once the event loop has turned. */
function serviceOnDeadConnection(tries: { count: number; turned: boolean }) {
  const connection = {};
  const registry = { getRandomConnection: () => (tries.turned || tries.count > 1_000 ? null : connection) };
  const invocations = {
    invokeUrgent: () => {
      tries.count++;
      return Promise.reject(new Error('the socket is closed'));
    },
  };
  const logger = { trace: () => undefined };
  const connections = { getConnectionRegistry: () => registry };
  const cluster = { onClusterConnect: () => undefined };
  const service = new ClusterViewListenerService(logger, connections, {}, cluster, invocations);
  return { service, connection };
}

describe('pauseClusterViewRetries', () => {
  it.each([
    ['the client alone never lets the event loop turn', false],
    ['with it, the loop turns after the first failure', true],
  ])('%s', async (_what, guarded) => {
    const tries = { count: 0, turned: false };
    const { service, connection } = serviceOnDeadConnection(tries);
    if (guarded) pauseClusterViewRetries({ clusterViewListenerService: service });
    service.tryRegister(connection);
    await new Promise((resolve) => setImmediate(resolve));
    tries.turned = true;
    expect(tries.count > 1_000).toBe(!guarded);
  });

  it('leaves a client alone that has no such service', () => {
    expect(() => pauseClusterViewRetries({})).not.toThrow();
  });
});
