import { LifecycleState } from 'hazelcast-client';
import { type ReconnectEvent } from './grid';

/** The client tells of the new cluster's id in its log alone; the test against a restarted member guards the wording. */
const NEW_CLUSTER = 'Switching from current cluster: ';

/** Whether the client is connected, and what happened in between. */
export class ConnectionWatch {
  private connected = false;
  private wasConnected = false;
  private restarted = false;
  private readonly listeners = new Set<(event: ReconnectEvent) => void>();

  isConnected(): boolean {
    return this.connected;
  }

  onReconnect(listener: (event: ReconnectEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onLifecycle(state: LifecycleState): void {
    if (state === LifecycleState.CONNECTED) this.up();
    if (DOWN.has(state)) this.connected = false;
  }

  observe(_source: string, message: string): void {
    if (message.startsWith(NEW_CLUSTER)) this.restarted = true;
  }

  private up(): void {
    const event = { restarted: this.restarted };
    this.restarted = false;
    this.connected = true;
    if (this.wasConnected) for (const listener of [...this.listeners]) listener(event);
    this.wasConnected = true;
  }
}

const DOWN: ReadonlySet<LifecycleState> = new Set([
  LifecycleState.DISCONNECTED,
  LifecycleState.SHUTTING_DOWN,
  LifecycleState.SHUTDOWN,
]);
