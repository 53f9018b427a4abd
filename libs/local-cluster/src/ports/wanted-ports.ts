import { PortTakenError, type WantedPort } from '../local-cluster.errors';
import { isFree } from './free-port';

/** Throws one PortTakenError that names every port that is taken, or wanted twice. */
export async function assertPortsFree(wanted: readonly WantedPort[]): Promise<void> {
  const free = await Promise.all(wanted.map(({ port }) => isFree(port)));
  const seen = new Set<number>();
  const taken = wanted.filter(({ port }, index) => {
    const repeated = seen.has(port);
    seen.add(port);
    return repeated || !free[index];
  });
  if (taken.length > 0) throw new PortTakenError(taken);
}
