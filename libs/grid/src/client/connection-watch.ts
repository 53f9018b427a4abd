import { LifecycleState } from 'hazelcast-client';
import { type MemberIdentity } from '../wire/member-probe';
import { probeInRounds } from './cluster-search';
import { type ReconnectEvent } from './grid';

/** Whether the client is connected, and what happened in between. */
export class ConnectionWatch {
  private connected = false;
  private connects = 0;
  private readonly listeners = new Set<(event: ReconnectEvent) => void>();

  /** @param probe asks any member that is there now: the client does not tell which cluster it found */
  constructor(
    private clusterId: string,
    private readonly probe: () => Promise<MemberIdentity>,
  ) {}

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

  private up(): void {
    this.connected = true;
    if (++this.connects > 1) void this.tellReconnect(this.connects);
  }

  /** When the connection is lost again before a member answered, the next one is told of instead. */
  private async tellReconnect(connect: number): Promise<void> {
    const holds = (): boolean => this.connected && this.connects === connect;
    const found = await probeInRounds(this.probe, holds).catch(() => undefined);
    if (!found || !holds()) return;
    const event = { restarted: found.clusterId !== this.clusterId };
    this.clusterId = found.clusterId;
    for (const listener of [...this.listeners]) listener(event);
  }
}

const DOWN: ReadonlySet<LifecycleState> = new Set([
  LifecycleState.DISCONNECTED,
  LifecycleState.SHUTTING_DOWN,
  LifecycleState.SHUTDOWN,
]);
