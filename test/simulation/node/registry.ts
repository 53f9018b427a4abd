import { type NodeBeat } from '@nearscore/grid';

export interface NodeEntry extends NodeBeat {
  readonly memberUuid: string | null;
}

/** The entries of nearscore.nodes. Those of dead nodes stay until the grid forgets them. */
export class NodeRegistry {
  private readonly entries = new Map<string, NodeEntry>();

  announce(entry: NodeEntry): void {
    this.entries.set(entry.id, entry);
  }

  withdraw(id: string): void {
    this.entries.delete(id);
  }

  list(): NodeEntry[] {
    return [...this.entries.values()];
  }

  clear(): void {
    this.entries.clear();
  }
}
