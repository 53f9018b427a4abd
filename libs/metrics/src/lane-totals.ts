import {
  type CandidateCounts,
  type RescoredPartitions,
  type ScoringCounts,
  type ScoringSnapshot,
  type ScoringState,
  type StreamState,
} from './scoring-snapshot';
import { addCandidates, addCounts } from './count-sum';

/**
 * A report this old means that the lane is blocked. What it knew of waits on, and what came since it cannot have scored: the
 * oldest unscored record may be that much older, also where none was known to wait.
 */
const STALE_AFTER_MS = 1500;

interface LaneReport {
  snapshot: ScoringSnapshot;
  receivedAt: number;
  /** The lane that sent it has ended; its counts go on to count, its records still wait. */
  ended: boolean;
}

/** What a node's lanes have done together, from the last report of each. Reading it never waits for a lane. */
export class LaneTotals {
  private readonly reports = new Map<number, LaneReport>();
  /** Counts of lanes that ended, by the number that their successor has too. */
  private readonly past = new Map<number, ScoringCounts>();

  /**
   * @param now monotonic ms
   * @param leaseMs a lane that was silent for so long has not renewed its leases
   */
  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly leaseMs = Infinity,
  ) {}

  update(lane: number, snapshot: ScoringSnapshot): void {
    const before = this.reports.get(lane);
    if (before?.ended) this.past.set(lane, this.withPast(lane, before.snapshot.counts));
    this.reports.set(lane, { snapshot, receivedAt: this.now(), ended: false });
  }

  /** The next report of this lane counts from zero again. */
  restarted(lane: number): void {
    const report = this.reports.get(lane);
    if (report) report.ended = true;
  }

  counts(): ScoringCounts | undefined {
    const parts = this.lanes().map((lane) => this.countsOf(lane));
    return parts.length === 0 ? undefined : parts.reduce(addCounts);
  }

  lanes(): number[] {
    return [...this.reports.keys()].sort((a, b) => a - b);
  }

  countsOf(lane: number): ScoringCounts {
    const report = this.reportOf(lane);
    return this.withPast(lane, report.snapshot.counts);
  }

  stateOf(lane: number): ScoringState {
    return this.reportOf(lane).snapshot.state;
  }

  /** ms since the lane's last report. */
  ageMs(lane: number): number {
    return this.now() - this.reportOf(lane).receivedAt;
  }

  /** Per stream: waiting records of all lanes, the longest wait, and the oldest deployment that is applied. */
  streams(): Map<string, StreamState> {
    const streams = new Map<string, StreamState>();
    for (const lane of this.lanes()) {
      for (const [stream, state] of Object.entries(this.stateOf(lane).streams)) {
        streams.set(stream, joinStates(streams.get(stream), this.aged(lane, state)));
      }
    }
    return streams;
  }

  partitions(): number {
    return this.sumOf((lane) => this.stateOf(lane).partitions);
  }

  /** Leases that the lane holds: none when it ended, or has been silent for longer than they last. */
  leasesHeld(lane: number): number {
    const { ended, snapshot } = this.reportOf(lane);
    return ended || this.ageMs(lane) >= this.leaseMs ? 0 : snapshot.state.leases.held;
  }

  leases(): { held: number; waiting: number } {
    const held = this.sumOf((lane) => this.leasesHeld(lane));
    const wanted = this.sumOf((lane) => this.stateOf(lane).leases.held + this.stateOf(lane).leases.waiting);
    return { held, waiting: wanted - held };
  }

  /** Share of records read from the node's own member; 1 when none was read. */
  localityRatio(): number {
    const streams = Object.values(this.counts()?.streams ?? {});
    const read = streams.reduce((sum, counts) => sum + counts.recordsRead, 0);
    const own = streams.reduce((sum, counts) => sum + counts.recordsReadOwnMember, 0);
    return read === 0 ? 1 : own / read;
  }

  private aged(lane: number, state: StreamState): StreamState {
    const age = this.ageMs(lane);
    if (age < STALE_AFTER_MS) return state;
    return { ...state, oldestUnscoredMs: state.oldestUnscoredMs + age };
  }

  private sumOf(value: (lane: number) => number): number {
    return this.lanes().reduce((sum, lane) => sum + value(lane), 0);
  }

  private withPast(lane: number, counts: ScoringCounts): ScoringCounts {
    const past = this.past.get(lane);
    return past ? addCounts(past, counts) : counts;
  }

  private reportOf(lane: number): LaneReport {
    const report = this.reports.get(lane);
    if (!report) throw new RangeError(`Lane ${lane} has not reported`);
    return report;
  }
}

function joinStates(a: StreamState | undefined, b: StreamState): StreamState {
  if (!a) return b;
  const behind = a.epoch <= b.epoch ? a : b;
  return {
    epoch: behind.epoch,
    version: behind.version,
    unscored: a.unscored + b.unscored,
    oldestUnscoredMs: Math.max(a.oldestUnscoredMs, b.oldestUnscoredMs),
    headroomSeconds: leastOf(a.headroomSeconds, b.headroomSeconds),
    // What another epoch's candidate did says nothing of this one.
    candidate: a.epoch === b.epoch ? joinCandidates(a.candidate, b.candidate) : behind.candidate,
    rescored: joinRescored(a.rescored, b.rescored),
  };
}

function joinCandidates(a?: CandidateCounts | null, b?: CandidateCounts | null): CandidateCounts | null | undefined {
  return a && b ? addCandidates(a, b) : (a ?? b);
}

function joinRescored(a?: RescoredPartitions | null, b?: RescoredPartitions | null): RescoredPartitions | null {
  if (!a || !b) return a ?? b ?? null;
  const before = Math.max(a.before, b.before);
  const partitions = [a, b].reduce((sum, one) => sum + (one.before === before ? one.partitions : 0), 0);
  return { before, partitions, of: a.of + b.of };
}

function leastOf(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
