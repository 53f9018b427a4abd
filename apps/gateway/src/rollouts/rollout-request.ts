import { parseName, type RolloutStrategy } from '@nearscore/registry';
import { z } from 'zod';
import { BodyMalformedError } from '../http/http.errors';
import { MAX_VERSION } from '../models/model-version-number';

const MAX_STEPS = 20;
const MAX_HOLD_SECONDS = 7 * 86_400;

export interface RolloutRequest {
  readonly stream: string;
  /** Undefined: the one that is deployed to the stream. */
  readonly model: string | undefined;
  readonly version: number;
  readonly strategy: RolloutStrategy;
  /** Whether what older versions have scored is scored again. */
  readonly rescore: boolean;
}

const guards = z
  .strictObject({
    minSamples: z.number().int().min(1).default(500),
    maxErrorRate: z.number().min(0).max(1).default(0.01),
    maxRunP99Ratio: z.number().positive().nullable().default(5),
    maxPsi: z.number().positive().nullable().default(0.25),
  })
  .prefault({});

const step = z.strictObject({
  percent: z.number().gt(0).max(100),
  holdSeconds: z.number().min(0).max(MAX_HOLD_SECONDS).default(60),
});

const strategy = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('all-at-once') }),
    z.strictObject({
      type: z.literal('canary'),
      steps: z
        .array(step)
        .min(1)
        .max(MAX_STEPS)
        .refine(isRising, 'each step must be of more percent than the one before'),
      guards,
    }),
    z.strictObject({ type: z.literal('ab'), percent: z.number().gt(0).lt(100), guards }),
    z.strictObject({ type: z.literal('shadow'), guards }),
  ])
  .default({ type: 'all-at-once' });

const requestSchema = z.strictObject({
  stream: z.unknown(),
  model: z.unknown().optional(),
  version: z.number().int().min(1).max(MAX_VERSION),
  strategy,
  rescore: z.boolean().optional(),
});

/**
 * The body of POST /v1/rollouts with all that was left out filled in, and `?rescore=true|false`, which wins. BodyMalformedError
 * names the first field that is wrong.
 */
export function parseRolloutRequest(json: unknown, rescore: unknown): RolloutRequest {
  const result = requestSchema.safeParse(json);
  if (!result.success) throw malformed(result.error);
  const { stream, model, version, strategy } = result.data;
  return {
    stream: parseName(stream, 'stream'),
    model: model === undefined ? undefined : parseName(model, 'model'),
    ...{ version, strategy },
    rescore: parseRescore(rescore) ?? result.data.rescore ?? false,
  };
}

function parseRescore(value: unknown): boolean | undefined {
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw new BodyMalformedError('rescore: expected true or false.');
  return value === 'true';
}

function malformed({ issues }: z.ZodError): BodyMalformedError {
  const [issue] = issues;
  const path = issue?.path.join('.') ?? '';
  return new BodyMalformedError(`${path || 'The body'}: ${issue?.message ?? 'not a rollout'}.`, {
    details: { field: path },
  });
}

function isRising(steps: readonly { readonly percent: number }[]): boolean {
  return steps.every(({ percent }, index) => index === 0 || percent > (steps[index - 1]?.percent ?? 0));
}
