import { type NodeEntry } from '@nearscore/registry';
import { partitionsWithoutLease } from '../nodes/cluster-watch';
import { type SeenNode } from '../nodes/node-sightings';

/** How far scoring of a stream is behind, as this gateway knows. */
export interface StreamLag {
  readonly unscoredRecords: number;
  readonly oldestUnscoredMs: number;
  readonly scoredPerSecond: number;
  /** Partitions that nobody scores for this stream. */
  readonly partitionsWithoutLease: number;
  /** null while no journal overwrites */
  readonly headroomSeconds: number | null;
  /** Partitions without a prediction of an epoch before this one that could be made again; undefined: they may stay. */
  readonly rescored?: Rescored | undefined;
}

export interface Rescored {
  readonly before: number;
  readonly partitions: number;
  readonly of: number;
}

/** A time in which some partitions of a stream are scored by nobody. */
interface Gap {
  /** From when on an accepted record may wait; undefined: this gateway accepted none meanwhile. */
  waitingSinceMs: number | undefined;
}

type Report = NodeEntry['streams'][number];

const NO_LAG: StreamLag = {
  ...{ unscoredRecords: 0, oldestUnscoredMs: 0, scoredPerSecond: 0 },
  ...{ partitionsWithoutLease: 0, headroomSeconds: null },
};

/**
 * The lag of each stream from what its nodes say, and from what they cannot say any more: a partition that no living node
 * holds is scored by nobody, so a record that this gateway has accepted since its holder's last beat may wait since then.
 * Only what this gateway accepts is its to hold back; what others write meanwhile is told by nobody until somebody reads it.
 */
export class StreamLags {
  private lags = new Map<string, StreamLag>();
  private readonly gaps = new Map<string, Gap>();
  private readonly acceptedAtMs = new Map<string, number>();
  private holders: readonly SeenNode[] = [];

  /** @param nowMs monotonic  @param streams all that are deployed  @param nodes as they were seen now */
  observe(nowMs: number, streams: readonly string[], nodes: readonly SeenNode[], partitions: number): void {
    const living = nodes.filter((node) => node.living);
    this.forgetAllBut(new Set(streams));
    this.lags = new Map(streams.map((stream) => [stream, this.lagNow(stream, living, nowMs, partitions)]));
    this.holders = living;
  }

  /** As of the last look. */
  of(stream: string): StreamLag {
    return this.lags.get(stream) ?? NO_LAG;
  }

  entries(): IterableIterator<[string, StreamLag]> {
    return this.lags.entries();
  }

  /** A record of the stream is about to be written. */
  accepted(stream: string, nowMs: number): void {
    this.acceptedAtMs.set(stream, nowMs);
    const gap = this.gaps.get(stream);
    if (gap) gap.waitingSinceMs ??= nowMs;
  }

  private lagNow(stream: string, living: readonly SeenNode[], nowMs: number, partitions: number): StreamLag {
    const its = living.filter((node) => reportOf(node, stream));
    const reports = its.flatMap((node) => reportOf(node, stream) ?? []);
    const unheld = partitionsWithoutLease(its, partitions);
    const gap = this.gapNow(stream, its, unheld);
    const gapMs = gap?.waitingSinceMs === undefined ? 0 : nowMs - gap.waitingSinceMs;
    const headrooms = reports.flatMap(({ headroomSeconds }) => headroomSeconds ?? []);
    return {
      unscoredRecords: sumOf(reports, ({ unscored }) => unscored),
      oldestUnscoredMs: Math.max(gapMs, ...reports.map(({ oldestUnscoredMs }) => oldestUnscoredMs)),
      scoredPerSecond: sumOf(reports, ({ scoredPerSecond }) => scoredPerSecond),
      partitionsWithoutLease: unheld,
      headroomSeconds: headrooms.length === 0 ? null : Math.min(...headrooms),
      rescored: rescoredOf(reports, partitions),
    };
  }

  private gapNow(stream: string, its: readonly SeenNode[], unheld: number): Gap | undefined {
    if (unheld === 0) this.gaps.delete(stream);
    else if (!this.gaps.has(stream)) this.gaps.set(stream, this.openGap(stream, its));
    return this.gaps.get(stream);
  }

  private openGap(stream: string, its: readonly SeenNode[]): Gap {
    const acceptedAtMs = this.acceptedAtMs.get(stream);
    const sinceMs = this.lastBeatOfLost(stream, its);
    if (acceptedAtMs === undefined || sinceMs === undefined) return { waitingSinceMs: acceptedAtMs };
    return { waitingSinceMs: acceptedAtMs >= sinceMs ? sinceMs : undefined };
  }

  /** Of the nodes that scored the stream at the look before: the earliest beat, when several are lost. Undefined: none did. */
  private lastBeatOfLost(stream: string, its: readonly SeenNode[]): number | undefined {
    const still = new Set(its.map(({ entry }) => entry.id));
    const before = this.holders.filter((node) => reportOf(node, stream));
    if (before.length === 0) return undefined;
    const lost = before.filter(({ entry }) => !still.has(entry.id));
    // None is lost: a lane or its lease is, and its node says so with each beat.
    return Math.min(...(lost.length > 0 ? lost : before).map(({ beatAtMs }) => beatAtMs));
  }

  private forgetAllBut(streams: ReadonlySet<string>): void {
    for (const known of [this.gaps, this.acceptedAtMs]) {
      for (const stream of known.keys()) if (!streams.has(stream)) known.delete(stream);
    }
  }
}

function reportOf({ entry }: SeenNode, stream: string): Report | undefined {
  return entry.streams.find((report) => report.stream === stream);
}

/** What nodes say of the latest epoch; those that do not know of it yet have done nothing for it. */
function rescoredOf(reports: readonly Report[], of: number): Rescored | undefined {
  const said = reports.flatMap(({ rescored }) => rescored ?? []);
  if (said.length === 0) return undefined;
  const before = Math.max(...said.map((one) => one.before));
  const done = said.filter((one) => one.before === before);
  return { before, partitions: sumOf(done, ({ partitions }) => partitions), of };
}

function sumOf<T>(all: readonly T[], value: (one: T) => number): number {
  return all.reduce((sum, one) => sum + value(one), 0);
}
