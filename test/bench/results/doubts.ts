import { type BenchRow } from './bench-row';
import { spreadOf } from './statistics';

/** Above a tenth of a processor, strangers change caches and clocks as much as what is measured. */
const NOISY_CORES = 0.1;

/** Why the figures should not be trusted, sentence by sentence; empty when all is well. */
export function doubtsAbout(rows: readonly BenchRow[]): string[] {
  return [noiseOf(rows), lagOf(rows)].filter((doubt) => doubt !== undefined);
}

function noiseOf(rows: readonly BenchRow[]): string | undefined {
  const noisy = rows.filter((row) => row.othersCores > NOISY_CORES);
  if (noisy.length === 0) return undefined;
  const { median, max } = spreadOf(rows.map((row) => row.othersCores));
  const share = `in ${noisy.length} of ${rows.length} rounds other processes kept more than ${NOISY_CORES} cores busy`;
  const verdict = noisy.length * 2 > rows.length ? 'too noisy to conclude' : 'somewhat noisy: trust medians only';
  return `The machine was ${verdict}: ${share} (median ${median.toFixed(2)}, most ${max.toFixed(2)}).`;
}

function lagOf(rows: readonly BenchRow[]): string | undefined {
  const late = rows.filter((row) => row.unscored > 0 || row.reachedPerSecond < 0.97 * row.ratePerSecond);
  if (late.length === 0) return undefined;
  return `${late.length} of ${rows.length} rounds did not reach their rate, or ended with records unscored.`;
}
