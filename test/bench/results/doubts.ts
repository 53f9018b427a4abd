import { type BenchRow } from './bench-row';
import { casesIn } from './cases';
import { spreadOf } from './statistics';

/** Above a tenth of a processor, strangers change caches and clocks as much as what is measured. */
const NOISY_CORES = 0.1;
/** Rounds of one case that differ by more than this share of their median say little about a difference between systems. */
const WIDE_SPREAD = 0.35;
const REACHED = 0.97;

/** Why the figures should not be trusted, sentence by sentence; empty when all is well. */
export function doubtsAbout(rows: readonly BenchRow[]): string[] {
  return [noiseOf(rows), spreadDoubt(rows), lagOf(rows), lossOf(rows)].filter((doubt) => doubt !== undefined);
}

/** Too many rounds with strangers about: nothing is to be concluded. */
export function isTooNoisy(rows: readonly BenchRow[]): boolean {
  return rows.filter(isNoisy).length * 2 > rows.length;
}

function isNoisy(row: BenchRow): boolean {
  return row.othersCores > NOISY_CORES;
}

function noiseOf(rows: readonly BenchRow[]): string | undefined {
  const noisy = rows.filter(isNoisy);
  if (noisy.length === 0) return undefined;
  const { median, max } = spreadOf(rows.map((row) => row.othersCores));
  const share = `in ${noisy.length} of ${rows.length} rounds other processes kept more than ${NOISY_CORES} cores busy`;
  const verdict = isTooNoisy(rows) ? 'too noisy to conclude' : 'somewhat noisy: trust medians only';
  return `The machine was ${verdict}: ${share} (median ${median.toFixed(2)}, most ${max.toFixed(2)}).`;
}

/** A virtual machine may be slowed down by neighbours that nobody sees from inside. */
function spreadDoubt(rows: readonly BenchRow[]): string | undefined {
  const wide = casesIn(rows).flatMap(({ title, rows: systems }) =>
    [...systems].filter(([, rounds]) => isWide(rounds)).map(([system]) => `${system} (${title})`),
  );
  if (wide.length === 0) return undefined;
  const share = `${WIDE_SPREAD * 100} % of their median`;
  return `Rounds differ by more than ${share}, so no conclusion from: ${wide.join('; ')}.`;
}

function isWide(rounds: readonly BenchRow[]): boolean {
  const { median, min, max } = spreadOf(rounds.map((row) => row.cpuMicrosPerRecord.total));
  return (max - min) / median > WIDE_SPREAD;
}

function lagOf(rows: readonly BenchRow[]): string | undefined {
  const late = rows.filter((row) => row.unscored > 0 || row.reachedPerSecond < REACHED * (row.ratePerSecond ?? 0));
  if (late.length === 0) return undefined;
  const systems = [...new Set(late.map(({ system }) => system))].join(', ');
  return `${late.length} of ${rows.length} rounds did not reach their rate, or ended with records unscored: ${systems}.`;
}

function lossOf(rows: readonly BenchRow[]): string | undefined {
  const lost = rows.filter((row) => row.lost > 0);
  if (lost.length === 0) return undefined;
  const list = lost.map((row) => `${row.system} ${row.lost}`).join(', ');
  return `Keys that were never scored, so that the round's figures are worth nothing: ${list}.`;
}
