import { GridUnavailableError } from '../grid.errors';
import { type PartitionTable } from './partition-table';

const COMPARE_INTERVAL_MS = 1_000;
const READY_INTERVAL_MS = 25;

/** The little of the client's partition service that is needed; `toString` of an owner is its member's uuid. */
export interface OwnerSource {
  getPartitionCount(): number;
  getPartitionId(key: string): number;
  getPartitionOwner(partition: number): { toString(): string } | undefined | null;
}

export interface OwnerTableOptions {
  /** Any operation on the grid: partitions are assigned with the first one. */
  readonly provoke: () => Promise<unknown>;
  readonly readyTimeoutMs: number;
}

/** The client tells of no change of owners, so they are compared from time to time. */
export class OwnerTable implements PartitionTable {
  private readonly listeners = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;
  private known: (string | undefined)[] = [];

  constructor(
    private readonly source: OwnerSource,
    private readonly options: OwnerTableOptions,
  ) {}

  count(): number {
    return this.source.getPartitionCount();
  }

  ownerOf(partition: number): string | undefined {
    return this.source.getPartitionOwner(partition)?.toString();
  }

  partitionOf(key: string): number {
    return this.source.getPartitionId(key);
  }

  async ready(): Promise<void> {
    const deadline = Date.now() + this.options.readyTimeoutMs;
    while (!this.isComplete()) {
      await this.options.provoke();
      if (this.isComplete()) return;
      if (Date.now() >= deadline)
        throw new GridUnavailableError('The cluster has not assigned all partitions in time.');
      await new Promise((resolve) => setTimeout(resolve, READY_INTERVAL_MS));
    }
  }

  onChanged(listener: () => void): () => void {
    this.listeners.add(listener);
    if (this.timer === undefined) this.start();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.close();
    };
  }

  /** Compares now; also called when members changed. */
  compare(): void {
    const owners = this.owners();
    if (owners.length === this.known.length && owners.every((owner, i) => owner === this.known[i])) return;
    this.known = owners;
    for (const listener of [...this.listeners]) listener();
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private start(): void {
    this.known = this.owners();
    this.timer = setInterval(() => this.compare(), COMPARE_INTERVAL_MS);
    this.timer.unref();
  }

  private isComplete(): boolean {
    const owners = this.owners();
    return owners.length > 0 && owners.every((owner) => owner !== undefined);
  }

  private owners(): (string | undefined)[] {
    return Array.from({ length: this.count() }, (_, partition) => this.ownerOf(partition));
  }
}
