import { type HistogramCounts } from './histogram-recorder';
import {
  type CandidateCounts,
  type LeaseCounts,
  type ScoringCounts,
  type SparseCounts,
  type StreamCounts,
} from './scoring-snapshot';

type Table<T> = Readonly<Record<string, T>>;

export function addCounts(a: ScoringCounts, b: ScoringCounts): ScoringCounts {
  return {
    busyMs: a.busyMs + b.busyMs,
    checkpointsWritten: a.checkpointsWritten + b.checkpointsWritten,
    leases: addLeases(a.leases, b.leases),
    streams: addTables(a.streams, b.streams, addStreams),
    stages: addTables<HistogramCounts>(
      a.stages as Table<HistogramCounts>,
      b.stages as Table<HistogramCounts>,
      addHistograms,
    ),
    batches: addHistograms(a.batches, b.batches),
  };
}

export function addCandidates(a: CandidateCounts, b: CandidateCounts): CandidateCounts {
  type Both = CandidateCounts['scores'];
  const sparse = (one: SparseCounts, other: SparseCounts) => addTables(one, other, addNumbers);
  const both = (one: Both, other: Both): Both => {
    return { candidate: sparse(one.candidate, other.candidate), live: sparse(one.live, other.live) };
  };
  return {
    ...{ model: a.model, version: a.version },
    ...{ samples: a.samples + b.samples, failed: a.failed + b.failed, shed: a.shed + b.shed },
    compared: { samples: a.compared.samples + b.compared.samples, failed: a.compared.failed + b.compared.failed },
    scores: both(a.scores, b.scores),
    runs: both(a.runs, b.runs),
  };
}

export function addNumbers(a: number, b: number): number {
  return a + b;
}

function addLeases(a: LeaseCounts, b: LeaseCounts): LeaseCounts {
  return { takeovers: a.takeovers + b.takeovers, lost: a.lost + b.lost, fenced: a.fenced + b.fenced };
}

function addStreams(a: StreamCounts, b: StreamCounts): StreamCounts {
  return {
    scored: a.scored + b.scored,
    failed: addTables(a.failed, b.failed, addNumbers),
    removed: a.removed + b.removed,
    lost: a.lost + b.lost,
    rescans: addTables(a.rescans, b.rescans, addNumbers),
    recordsRead: a.recordsRead + b.recordsRead,
    recordsReadOwnMember: a.recordsReadOwnMember + b.recordsReadOwnMember,
    replaySkipped: a.replaySkipped + b.replaySkipped,
    repaired: a.repaired + b.repaired,
    rescored: a.rescored + b.rescored,
  };
}

function addHistograms(a: HistogramCounts, b: HistogramCounts): HistogramCounts {
  const buckets = a.buckets.map((count, index) => count + (b.buckets[index] ?? 0));
  return { sum: a.sum + b.sum, count: a.count + b.count, buckets };
}

function addTables<T>(a: Table<T>, b: Table<T>, add: (a: T, b: T) => T): Table<T> {
  const sum: Record<string, T> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const before = sum[name];
    sum[name] = before === undefined ? value : add(before, value);
  }
  return sum;
}
