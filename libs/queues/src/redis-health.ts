import { messageOf } from '@nearscore/errors';

/** What the check needs of a connection; RedisConnection fits. */
export interface RedisProbe {
  readonly fault: string | undefined;
  info(): Promise<string>;
}

export type RedisHealth =
  | {
      readonly up: true;
      readonly latencyMs: number;
      readonly version: string;
      readonly maxmemoryPolicy: string;
      /** What is wrong with it though it is up; null: nothing. */
      readonly warning: string | null;
    }
  | { readonly up: false; readonly reason: string };

/** Version or policy of a Redis that does not tell it: nothing can be said of it. */
export const UNTOLD = 'unknown';

/** Asks Redis once; down, slow or strange, it answers within `timeoutMs` and never throws. */
export async function checkRedis(connection: RedisProbe, timeoutMs = 1_000): Promise<RedisHealth> {
  const startedAt = performance.now();
  try {
    const info = parseInfo(await within(connection.info(), timeoutMs));
    const maxmemoryPolicy = info.get('maxmemory_policy') ?? UNTOLD;
    return {
      up: true,
      latencyMs: Math.round((performance.now() - startedAt) * 100) / 100,
      version: info.get('redis_version') ?? UNTOLD,
      ...{ maxmemoryPolicy, warning: warningOf(maxmemoryPolicy) },
    };
  } catch (error) {
    return { up: false, reason: connection.fault ?? messageOf(error) };
  }
}

/** A queue whose jobs are evicted stalls until it is given them again. */
function warningOf(policy: string): string | null {
  if (policy === 'noeviction' || policy === UNTOLD) return null;
  return `maxmemory-policy is ${policy}: Redis may drop jobs of rollouts and retries. Set it to noeviction.`;
}

/** `name:value` lines of INFO; section titles and blank lines are left out. */
export function parseInfo(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':') && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
