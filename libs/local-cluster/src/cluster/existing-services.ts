import { ServiceUnreachableError } from '../local-cluster.errors';
import { accepts, answersPing } from '../probes/socket-probe';

/** One of the members is enough: the others are learned from it. Throws ServiceUnreachableError. */
export async function assertGridReachable(members: readonly string[]): Promise<void> {
  const reached = await Promise.all(members.map(isReachable));
  if (!reached.includes(true)) {
    throw new ServiceUnreachableError('the grid', members.join(', '), 'NEARSCORE_GRID_MEMBERS');
  }
}

/** Throws ServiceUnreachableError; the password that the URL may hold is not in it. */
export async function assertRedisReachable(redisUrl: string): Promise<void> {
  const { hostname, port, protocol } = new URL(redisUrl);
  const [host, number] = [unbracketed(hostname), Number(port || 6379)];
  const reached = protocol === 'rediss:' ? await accepts(host, number) : await answersPing(host, number);
  if (!reached) throw new ServiceUnreachableError('Redis', `${hostname}:${number}`, 'REDIS_URL');
}

function isReachable(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return accepts(unbracketed(hostname), Number(port));
}

function unbracketed(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
