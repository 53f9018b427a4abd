import { type Answer, type Call } from '../../../fixtures/http/gateway-calls';
import { type Span } from '../load/latencies';
import { type HostileFile, isSame, type RefusalAnswer, uploadOf } from './hostile-files';

/** One upload and its answer. */
export interface Refusal extends Span {
  readonly file: HostileFile;
  readonly answer: RefusalAnswer;
}

export interface AttackOptions {
  readonly call: Call;
  readonly files: readonly HostileFile[];
  /** Uploads at a time. */
  readonly atOnce: number;
  readonly now: () => number;
}

/** No model of this name is there, nor will be. */
export const HOSTILE_PATH = '/v1/models/hostile';

/** Every file once; the next is sent as soon as one is answered. */
export async function attack({ call, files, atOnce, now }: AttackOptions): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  const left = [...files];
  const uploading = async (): Promise<void> => {
    for (let file = left.shift(); file; file = left.shift()) {
      const from = now();
      const answer = answerOf(await call('PUT', `${HOSTILE_PATH}/versions/1`, uploadOf(file)));
      refusals.push({ file, answer, from, to: now() });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, uploading));
  return refusals;
}

/** Refused otherwise than it must be, or not at all. */
export function unexpected(refusals: readonly Refusal[]): string[] {
  return refusals
    .filter(({ file, answer }) => !isSame(file.answer, answer))
    .map(({ file, answer }) => `${file.what}: ${JSON.stringify(answer)}`);
}

function answerOf({ status, json }: Answer): RefusalAnswer {
  const { error } = (json ?? {}) as { error?: { code?: string; details?: { reason?: string } } };
  return { status, code: error?.code, reason: error?.details?.reason };
}
