import { type NodeBeat } from '@nearscore/grid';
import { z } from 'zod';

const count = z.number().int().nonnegative();
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
    }),
  ),
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
