import { type Mutant, MUTANTS } from './mutants';
import { type RunOutcome, simulate } from './simulation';

/** A checker that does not catch a mutant within so many runs is not believed. */
const MOST_SEEDS = 60;

describe('mutants are caught', () => {
  it.each(MUTANTS)('one that $name', async (mutant) => {
    const { seed, violation } = await firstCaught(mutant);
    expect({ seed, promise: violation?.promise }).toEqual({
      seed,
      promise: expect.stringMatching(anyOf(mutant.breaks)),
    });
  });
});

/** The first run in which a promise is broken, or else the last one. */
async function firstCaught({ createFollower, patch, fromSeed = 1 }: Mutant): Promise<RunOutcome> {
  const undo = patch?.();
  try {
    for (let seed = fromSeed; ; seed++) {
      const outcome = await simulate(seed, { ...(createFollower && { createFollower }) });
      if (outcome.violation || seed === fromSeed + MOST_SEEDS - 1) return outcome;
    }
  } finally {
    undo?.();
  }
}

function anyOf(promises: readonly string[]): RegExp {
  return new RegExp(`^(${promises.join('|')})$`);
}
