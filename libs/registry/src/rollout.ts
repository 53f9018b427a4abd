import { z } from 'zod';
import { versionReferenceSchema } from './deployment';

const epochMs = z.number().int().nonnegative();
const versionSchema = versionReferenceSchema.extend({ sha256: z.string() });

const guardsSchema = z.object({
  /** Records the candidate must have scored before a step is judged at all. */
  minSamples: z.number().int().positive(),
  /** Most records of the candidate that may fail beyond what fails with the live version, as a fraction. */
  maxErrorRate: z.number().min(0).max(1),
  /** How many times the live version's p99 of a run, on the same rows, the candidate's may be. null: not looked at. */
  maxRunP99Ratio: z.number().positive().nullable(),
  /** Most population stability index of the candidate's scores against the live version's on the same keys. null: not looked at. */
  maxPsi: z.number().positive().nullable(),
});

/** What a candidate must keep between steps. */
export type RolloutGuards = Readonly<z.infer<typeof guardsSchema>>;

const strategySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('all-at-once') }),
  z.object({
    type: z.literal('canary'),
    /** Rising; after the last one the candidate is live. */
    steps: z.array(z.object({ percent: z.number().gt(0).max(100), holdSeconds: z.number().nonnegative() })).min(1),
    guards: guardsSchema,
  }),
  z.object({ type: z.literal('ab'), percent: z.number().gt(0).lt(100), guards: guardsSchema }),
  z.object({ type: z.literal('shadow'), guards: guardsSchema }),
]);

/** ab and shadow last until they are promoted or cancelled, or a guard is breached. */
export type RolloutStrategy = Readonly<z.infer<typeof strategySchema>>;

/**
 * preparing: nodes load the version; nothing has changed. committing: the deployment is being changed to `step`, which nobody
 * takes back any more. settling: nodes are applying it. holding: the step lasts, and guards are looked at. rolling-back: the
 * deployment is being changed to what it was, then as settling. The last three are ends.
 */
const ROLLOUT_STATES = [
  'preparing',
  'committing',
  'settling',
  'holding',
  'rolling-back',
  'completed',
  'aborted',
  'rolled-back',
] as const;

const nodeStateSchema = z.object({
  node: z.string(),
  state: z.enum(['PREPARING', 'PREPARED', 'COMMITTED', 'SETTLED', 'FAILED', 'GONE']),
  reason: z.string().nullable(),
});

const figuresSchema = z.object({
  samples: z.number(),
  errorRate: z.number().nullable(),
  liveErrorRate: z.number().nullable(),
  runP99Ms: z.number().nullable(),
  liveRunP99Ms: z.number().nullable(),
  psi: z.number().nullable(),
});

/** What guards were judged by. */
export type GuardFigures = Readonly<z.infer<typeof figuresSchema>>;

export const rolloutSchema = z.object({
  /** `<stream>.<number>` */
  id: z.string(),
  stream: z.string(),
  number: z.number().int().positive(),
  kind: z.enum(['rollout', 'rollback']),
  /** What was live when it began; null: nothing. */
  from: versionSchema.nullable(),
  to: versionSchema,
  /** What was `previous` in the deployment when it began: a roll-back restores that, too. */
  previous: versionReferenceSchema.nullable().optional(),
  strategy: strategySchema,
  rescore: z.boolean(),
  state: z.enum(ROLLOUT_STATES),
  /** Index of the strategy's step that is being committed, settled or held; 0 where there is only one. */
  step: z.number().int().nonnegative(),
  /** The deployment's epoch when it began; 0: there was none. Then of its last committed step. */
  epoch: z.number().int().nonnegative(),
  nodes: z.array(nodeStateSchema),
  /** Of the last look; null: nothing looked at yet. */
  figures: figuresSchema.nullable(),
  /** Why it was aborted or rolled back; null otherwise. */
  reason: z.object({ code: z.string(), message: z.string() }).nullable(),
  by: z.string().nullable(),
  startedAt: epochMs,
  /** When its state or step changed last. */
  changedAt: epochMs,
  /** null while it is under way */
  endedAt: epochMs.nullable(),
});

export type Rollout = Readonly<z.infer<typeof rolloutSchema>>;
export type RolloutState = Rollout['state'];

/** The entry of nearscore.rollouts under the stream's name: one entry, so that one compare-and-set keeps two from being under way. */
export const streamRolloutsSchema = z.object({
  stream: z.string(),
  /** Newest first; of those that ended the last 20. */
  rollouts: z.array(rolloutSchema),
});

export type StreamRollouts = Readonly<z.infer<typeof streamRolloutsSchema>>;

export function isEnded({ state }: Pick<Rollout, 'state'>): boolean {
  return state === 'completed' || state === 'aborted' || state === 'rolled-back';
}
