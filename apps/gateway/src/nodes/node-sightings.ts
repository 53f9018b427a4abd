import { type NodeWatch } from '@nearscore/grid';
import { type NodeEntry, nodeBeatOf } from '@nearscore/registry';

/** A node as this gateway saw it last. */
export interface SeenNode {
  readonly entry: NodeEntry;
  /** Whether it still beats. */
  readonly living: boolean;
  /** When its last beat was seen, monotonic ms of this gateway. */
  readonly beatAtMs: number;
}

/** Entries of nodes, and when each was seen to beat. */
export class NodeSightings {
  private beats = new Map<string, { readonly beats: string | number; readonly atMs: number }>();

  constructor(private readonly watch: NodeWatch) {}

  /** @param nowMs monotonic  @param entries of all nodes */
  observe(nowMs: number, entries: readonly NodeEntry[]): SeenNode[] {
    const living = this.watch.observe(nowMs, entries.map(nodeBeatOf));
    const before = this.beats;
    this.beats = new Map();
    return entries.map((entry) => {
      const { id, beats } = nodeBeatOf(entry);
      const known = before.get(id);
      const beat = known?.beats === beats ? known : { beats, atMs: nowMs };
      this.beats.set(id, beat);
      return { entry, living: living.has(id), beatAtMs: beat.atMs };
    });
  }
}
