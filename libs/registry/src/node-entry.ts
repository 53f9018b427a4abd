import { type NodeBeat } from '@nearscore/grid';
import { z } from 'zod';

const count = z.number().int().nonnegative();
/** Observations per bucket, by the bucket's number; buckets without any are left out. */
const sparseCounts = z.record(z.string(), count);

const candidateReportSchema = z.object({
  model: z.string(),
  version: count,
  /** Records it has scored under this epoch. */
  samples: count,
  /** Records it could not score. */
  failed: count,
  /** The same of the live version, over the records that were compared: a sample of the candidate's. */
  compared: z.object({ samples: count, failed: count }),
  /** Scores of the compared records, by `scoreBucketOf` of @nearscore/records. */
  scores: z.object({ candidate: sparseCounts, live: sparseCounts }),
  /** Duration of a run on the same rows, by `durationBucketOf` of @nearscore/metrics. */
  runs: z.object({ candidate: sparseCounts, live: sparseCounts }),
  /** A shadow's records that were passed over because the lane had better things to do. */
  shed: count,
});

/** What a node's lanes have seen of a candidate since its epoch began. */
export type CandidateReport = Readonly<z.infer<typeof candidateReportSchema>>;

const epochMs = z.number().int().nonnegative();

export const nodeEntrySchema = z.object({
  id: z.string().min(1),
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
  memberUuid: z.string().nullable(),
  /** partitions: those it is to score; leases: those it may score now. */
  lanes: z.array(z.object({ lane: count, partitions: count, leases: count })),
  leases: z.object({ held: count, waiting: count, takeovers: count, lost: count, fenced: count }),
  recordsRead: count,
  recordsReadFromOwnMember: count,
  streams: z.array(
    z.object({
      stream: z.string(),
      epoch: count,
      version: count,
      unscored: count,
      oldestUnscoredMs: z.number().nonnegative(),
      headroomSeconds: z.number().nonnegative().nullable(),
      /** Predictions stored per second over the last heartbeats. */
      scoredPerSecond: z.number().nonnegative(),
      /** Journal events that were overwritten before they were read. */
      lostEvents: count,
      /** Partitions scored again from the map, by reason. */
      rescans: z.record(z.string(), count),
      repairs: count,
      replaySkips: count,
      /** null, or missing: no candidate is deployed. */
      candidate: candidateReportSchema.nullable().optional(),
      /** Partitions without a prediction of an epoch before this one that could be made again, of those held; null, or missing: they may stay. */
      rescored: z.object({ before: count, partitions: count, of: count }).nullable().optional(),
    }),
  ),
  /** The rollouts that this life of the node has been asked to prepare, as far as it has come. */
  rollouts: z
    .array(
      z.object({ id: z.string(), state: z.enum(['preparing', 'prepared', 'failed']), reason: z.string().nullable() }),
    )
    .optional(),
  ready: z.boolean(),
  /** Whether it takes partitions: not before its lanes have loaded what is deployed, and not while it stops. */
  serving: z.boolean(),
  startedAt: epochMs,
  /** Heartbeats of this life of the process. */
  beats: count,
  heartbeatAt: epochMs,
  softwareVersion: z.string(),
});

type Parsed = z.infer<typeof nodeEntrySchema>;

/** What a node says of itself with each heartbeat. `port` is its HTTP port, times are epoch ms of the node's clock. */
export type NodeEntry = Readonly<Parsed>;

/** What a NodeWatch looks at: a process that started again counts its beats from one again. */
export function nodeBeatOf({ id, startedAt, beats }: NodeEntry): NodeBeat {
  return { id, beats: `${startedAt}/${beats}` };
}
