import { projectPath } from '@nearscore/local-cluster';
import { runSwaps } from './swaps/swap-run';
import { swapTable } from './swaps/swap-table';

const COUNT = 20;

/** The short form of `npm run swaps`, at a rate that any machine carries. */
it('versions are swapped all at once under load: nothing unscored, nothing mixed, nothing early or late', async () => {
  const summary = await runSwaps({
    count: COUNT,
    recordsPerSecond: 1_500,
    keys: 6_600,
    logFolder: projectPath('.cache', 'logs', 'swaps-test'),
    print: () => undefined,
  });
  process.stdout.write(`\n${swapTable(summary)}\n`);
  const { completed, problem, toldApart, predictions, acknowledged } = summary;
  expect({ completed, problem }).toEqual({ completed: COUNT, problem: null });
  // Had the wrong version answered, it would have been seen.
  expect(toldApart).toBeGreaterThan(predictions / 10);
  expect(acknowledged).toBeGreaterThan(10_000);
});
