/** The state of a node's entry as far as it tells that the node lives. */
export interface NodeBeat {
  readonly id: string;
  /** Another one with every heartbeat of every life of the node's process. */
  readonly beats: string | number;
}

/**
 * Heartbeats that a node may miss before it counts as dead. Few, because a false suspicion does no harm: the partitions of
 * a suspect still wait for its leases.
 */
const MISSED_HEARTBEATS = 2;

interface WatchedNode {
  beats: string | number;
  /** How long the observer has looked at the same beats. */
  silentMs: number;
}

/**
 * Which nodes live, as one observer sees it: those whose beats changed, or were first seen, less than `deadAfterMs` ago by the
 * observer's own monotonic clock. No clock of another process is compared with, so a skewed one does no harm.
 *
 * Time in which the observer did not look proves nothing about the others: of a gap between two looks, no more than half of
 * `deadAfterMs` counts. An observer that was paused, or whose grid was away, needs a second look to find anybody dead.
 */
export class NodeWatch {
  private readonly nodes = new Map<string, WatchedNode>();
  private observedAtMs: number | undefined;

  /** @param deadAfterMs a few heartbeats */
  constructor(private readonly deadAfterMs: number) {}

  /** As all processes of a cluster judge nodes that beat so often. */
  static ofHeartbeat(heartbeatMs: number): NodeWatch {
    return new NodeWatch(MISSED_HEARTBEATS * heartbeatMs);
  }

  /**
   * @param nowMs monotonic, of the observer
   * @param entries of all nodes; one that is missing is forgotten
   * @returns ids of those that live
   */
  observe(nowMs: number, entries: readonly NodeBeat[]): Set<string> {
    const gapMs = Math.min(nowMs - (this.observedAtMs ?? nowMs), this.deadAfterMs / 2);
    this.observedAtMs = nowMs;
    this.forgetAllBut(new Set(entries.map(({ id }) => id)));
    return new Set(entries.filter((entry) => this.silenceOf(entry, gapMs) < this.deadAfterMs).map(({ id }) => id));
  }

  private silenceOf({ id, beats }: NodeBeat, gapMs: number): number {
    const node = this.nodes.get(id);
    if (node?.beats === beats) return (node.silentMs += gapMs);
    this.nodes.set(id, { beats, silentMs: 0 });
    return 0;
  }

  private forgetAllBut(ids: ReadonlySet<string>): void {
    for (const id of this.nodes.keys()) if (!ids.has(id)) this.nodes.delete(id);
  }
}
