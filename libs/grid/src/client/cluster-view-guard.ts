/** What of the client asks members to tell it of the cluster's changes; no part of its typed interface. */
interface ClusterViewListenerService {
  tryRegisterToRandomConnection(oldConnection: unknown): void;
}

const RETRY_PAUSE_MS = 100;

/**
 * When a connection dies, hazelcast-client (5.6) asks the next one at once. If that is dead too, but not yet known to be closed, asking fails before the
 * event loop turns, the same connection is asked again, and so on for ever: the close is never seen, and the heap fills
 * until the process dies. It happens when all members end together. A pause between two tries lets the loop turn.
 */
export function pauseClusterViewRetries(client: object): void {
  const { clusterViewListenerService: service } = client as { clusterViewListenerService?: ClusterViewListenerService };
  if (typeof service?.tryRegisterToRandomConnection !== 'function') return;
  const tryNow = service.tryRegisterToRandomConnection.bind(service);
  service.tryRegisterToRandomConnection = (oldConnection) => {
    setTimeout(() => tryNow(oldConnection), RETRY_PAUSE_MS).unref();
  };
}
