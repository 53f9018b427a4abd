/** `npm run chaos -- detection`: how soon members notice one that dies or falls silent; the table of docs/adr/0007. */
import { runMain } from '../run-main';
import { type Detection, MemberDetection } from './member-detection';

const ROUNDS = 3;
/** Shorter than hazelcast.max.no.heartbeat.seconds: as a long garbage collection would be. */
const HARMLESS_PAUSES_MS = [2_000, 5_000, 8_000];

async function main(): Promise<void> {
  const detection = await MemberDetection.start();
  try {
    for (let round = 0; round < ROUNDS; round++) print(await detection.killed());
    for (const forMs of HARMLESS_PAUSES_MS) print(await detection.paused(forMs));
    for (let round = 0; round < ROUNDS; round++) print(await detection.paused(undefined));
  } finally {
    await detection.stop();
  }
}

function print({ fault, goneMs, longestWriteMs, unknownWrites, backMs }: Detection): void {
  const cells = [
    fault.padEnd(15),
    `gone after ${goneMs ?? '–'} ms`,
    `longest write ${longestWriteMs} ms`,
    `unknown writes ${unknownWrites}`,
    `back ${backMs ?? '–'} ms after SIGCONT`,
  ];
  process.stdout.write(`${cells.join(' | ')}\n`);
}

runMain(main);
