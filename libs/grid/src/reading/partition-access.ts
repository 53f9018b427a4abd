import { type Grid } from '../client/grid';
import { GridUnavailableError } from '../grid.errors';
import { WIRE_DEFAULTS } from '../wire/wire-connection';
import { WireGrid, type WireGridOptions } from '../wire/wire-grid';
import { WireMapReader } from './map-reader';

const LOOK_INTERVAL_MS = 20;

export type PartitionAccessOptions = Partial<WireGridOptions> & Pick<WireGridOptions, 'clientName'>;

/**
 * Lean connections to all members of a grid that a client is connected to, beside the client's own: they follow the client's
 * view of members and owners.
 */
export class PartitionAccess {
  readonly reader: WireMapReader;
  private owners: readonly (string | undefined)[] = [];
  private readonly ends: (() => void)[] = [];
  private readonly ownerListeners = new Set<(partitions: ReadonlySet<number>) => void>();

  private constructor(
    private readonly grid: Grid,
    readonly wire: WireGrid,
  ) {
    this.reader = new WireMapReader(wire);
    this.ends.push(
      grid.partitions.onChanged(() => this.route()),
      grid.onMembersChanged(() => this.route()),
    );
    this.route();
  }

  /** @throws GridUnavailableError when a member cannot be reached in time (`connectTimeoutMs`) */
  static async open(grid: Grid, options: PartitionAccessOptions): Promise<PartitionAccess> {
    const wireOptions = { ...WIRE_DEFAULTS, clusterName: grid.clusterName, ...options };
    await grid.partitions.ready();
    const wire = new WireGrid(wireOptions, {
      onDelivered: () => false,
      onTrouble: ({ uuid }) => access.connectionLost(uuid),
    });
    const access: PartitionAccess = new PartitionAccess(grid, wire);
    await access.connected(wireOptions.connectTimeoutMs);
    return access;
  }

  /** Member uuids by partition. */
  get ownersByPartition(): readonly (string | undefined)[] {
    return this.owners;
  }

  /** Calls with the partitions whose owner, or the connection to it, is another one; returns the function that ends it. */
  onOwnersChanged(listener: (partitions: ReadonlySet<number>) => void): () => void {
    this.ownerListeners.add(listener);
    return () => this.ownerListeners.delete(listener);
  }

  close(): void {
    for (const end of this.ends) end();
    this.wire.close();
  }

  private async connected(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!this.wire.isRouted(this.owners)) {
      if (performance.now() > deadline) {
        this.close();
        throw new GridUnavailableError('Not every owner of a partition can be reached.');
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
    }
  }

  private route(): void {
    const { partitions } = this.grid;
    const before = this.owners;
    const owners = Array.from({ length: partitions.count() }, (_, partition) => partitions.ownerOf(partition));
    this.owners = owners;
    this.wire.route(this.grid.members(), owners, [...owners.keys()]);
    this.ownersChanged([...owners.keys()].filter((partition) => before[partition] !== owners[partition]));
  }

  private connectionLost(member: string): void {
    this.ownersChanged([...this.owners.keys()].filter((partition) => this.owners[partition] === member));
  }

  private ownersChanged(partitions: readonly number[]): void {
    const changed = new Set(partitions);
    this.reader.ownersChanged(changed);
    for (const listener of [...this.ownerListeners]) listener(changed);
  }
}
