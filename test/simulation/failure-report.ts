import { type RunOutcome } from './simulation';

/** A failed run, for people: what broke, under which knobs, and the trace around it. */
export function explain({ seed, violation, knobs, explanation }: RunOutcome): string {
  if (!violation) return `seed ${seed}: all promises held`;
  return [
    `seed ${seed}: promise "${violation.promise}" broken: ${violation.message}`,
    `  knobs ${JSON.stringify(knobs)}`,
    ...explanation.map((line) => `  ${line}`),
    `  again: npm run sim -- --seed ${seed} --trace`,
  ].join('\n');
}
