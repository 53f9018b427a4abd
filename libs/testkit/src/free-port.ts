import { randomInt } from 'node:crypto';
import { isFree } from '@nearscore/local-cluster';

// Below the ports that operating systems give to outgoing connections: one of those cannot take it a moment later.
const LOWEST = 20_000;
const HIGHEST = 32_000;
/** Suites that run beside each other have no port in common: one that is free is not taken yet by whom it was given to. */
const WORKERS = 4;
const TRIES = 50;

const given = new Set<number>();

/** A TCP port of the loopback interface that nobody listens on, and that no other test is given. */
export function freePort(): Promise<number> {
  return freePortRun(1);
}

/** The first of `count` such ports in a row. */
export async function freePortRun(count: number): Promise<number> {
  const share = Math.floor((HIGHEST - LOWEST) / WORKERS);
  const lowest = LOWEST + share * (Number(process.env.JEST_WORKER_ID ?? 1) % WORKERS);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const first = randomInt(lowest, lowest + share - count + 1);
    const run = Array.from({ length: count }, (_, index) => first + index);
    if (run.some((port) => given.has(port))) continue;
    // Before anybody else of this process is asked meanwhile.
    for (const port of run) given.add(port);
    const free = await Promise.all(run.map(isFree));
    if (!free.includes(false)) return first;
  }
  throw new Error(`no ${count} free ports in a row from ${lowest} to ${lowest + share} in ${TRIES} tries`);
}
