import { type RedisHealth, UNTOLD } from '@nearscore/queues';
import { broken, doubtful, fine, type Finding } from './finding';

const OLDEST = [6, 2] as const;

/** Whether rollouts and retries have their queue, and keep what lies in it. */
export function redisFindings(redis: RedisHealth): Finding[] {
  if (!redis.up) {
    const message = `cannot be reached (${redis.reason}): rollouts are refused, retries wait; scoring goes on`;
    return [broken('redis', null, message, 'Start Redis, or mend REDIS_URL of gateways and nodes.')];
  }
  return [versionFinding(redis.version), policyFinding(redis.maxmemoryPolicy)];
}

function versionFinding(version: string): Finding {
  if (version === UNTOLD) return untoldFinding('redis_version', `that it is ${OLDEST.join('.')} or later`);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isKnown = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  if (isKnown) return fine('redis', null, `is ${version}`);
  return broken('redis', null, `is ${version}`, `Bring it to ${OLDEST.join('.')} or later.`);
}

function policyFinding(policy: string): Finding {
  if (policy === 'noeviction') return fine('redis', null, 'maxmemory-policy is noeviction');
  if (policy === UNTOLD) return untoldFinding('maxmemory_policy', 'that its maxmemory-policy is noeviction');
  const advice = '`CONFIG SET maxmemory-policy noeviction`, and the same in redis.conf.';
  return broken('redis', null, `maxmemory-policy is ${policy}: jobs may be evicted`, advice);
}

function untoldFinding(field: string, wanted: string): Finding {
  return doubtful('redis', null, `INFO does not tell its ${field}`, `See to it yourself ${wanted}.`);
}
