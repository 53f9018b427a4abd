import { messageOf } from '@nearscore/errors';
import { NodeWatch } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { type GridConnection } from '../grid/grid-connection';
import { NodeSightings, type SeenNode } from './node-sightings';

/** @param nowMs monotonic  @param partitions of the grid */
export type LookListener = (nowMs: number, nodes: readonly SeenNode[], partitions: number) => void;

/** Looks at the entries of the nodes once per heartbeat, for whoever wants to know: requests never do it. */
export class ClusterWatch {
  private readonly sightings: NodeSightings;
  private readonly listeners: LookListener[] = [];
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<readonly SeenNode[]> | undefined;
  private failing = false;

  constructor(
    private readonly connection: GridConnection,
    private readonly heartbeatMs: number,
    private readonly logger: Logger,
  ) {
    this.sightings = new NodeSightings(NodeWatch.ofHeartbeat(heartbeatMs));
    connection.onOpened(() => this.follow());
  }

  onLooked(listener: LookListener): void {
    this.listeners.push(listener);
  }

  /** Looks at once, together with whoever is looking. Rejects when the grid does not answer. */
  look(): Promise<readonly SeenNode[]> {
    this.looking ??= this.lookNow().finally(() => (this.looking = undefined));
    return this.looking;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private follow(): void {
    const look = (): void => void this.look().catch((error: unknown) => this.failed(error));
    this.timer = setInterval(look, this.heartbeatMs);
    look();
  }

  private async lookNow(): Promise<readonly SeenNode[]> {
    const { grid, nodes } = this.connection.session();
    const entries = await nodes.look(this.heartbeatMs / 2);
    const nowMs = performance.now();
    const seen = this.sightings.observe(nowMs, entries);
    for (const listener of this.listeners) listener(nowMs, seen, grid.partitions.count());
    this.failing = false;
    return seen;
  }

  private failed(error: unknown): void {
    this.logger[this.failing ? 'debug' : 'warn']({ reason: messageOf(error) }, 'the nodes cannot be looked at');
    this.failing = true;
  }
}

/** Partitions that no living node may score now: nobody does. */
export function partitionsWithoutLease(
  nodes: readonly Pick<SeenNode, 'entry' | 'living'>[],
  partitions: number,
): number {
  const held = nodes.reduce((sum, { entry, living }) => sum + (living ? entry.leases.held : 0), 0);
  // What several nodes say is not of one moment: while a lease changes hands both may count it.
  return Math.max(0, partitions - held);
}
