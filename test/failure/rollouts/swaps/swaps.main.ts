/** `npm run swaps -- --count N [--rate R]`: versions are swapped under load, and everything seen of it is judged. */
import { parseArgs } from 'node:util';
import { projectPath } from '@nearscore/local-cluster';
import { print } from '../../../bench/results/print';
import { positiveOptions } from '../../positive-options';
import { runMain } from '../../run-main';
import { exampleVersion } from '../models/version-answers';
import { MEASURED_MEMBERS } from '../stage/measured-members';
import { RolloutStage } from '../stage/rollout-stage';
import { runSwaps } from './swap-run';
import { swapTable } from './swap-table';

const HELP = `npm run swaps -- [options]

  --count N   swaps in a row, after 40 to warm up  (200)
  --rate N    records written per second          (20000)
  --keys N    records that are written over again  (60000)

Three members with a node each, two gateways and Redis; breast-cancer 1, 2 and 3 replace each other all at once while a
stock client writes. Every prediction is read from its journal and judged. Logs go to .cache/logs/swaps. The exit code is 1
when a record is unscored, or anything is wrong.`;

const WARM_UP_SWAPS = 40;
const PROBES_PER_SECOND = 200;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '200' },
      rate: { type: 'string', default: '20000' },
      keys: { type: 'string', default: '60000' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { help, ...texts } = values;
  if (help) return print(HELP);
  const { count, rate: recordsPerSecond, keys } = positiveOptions(texts);
  const stage = await RolloutStage.open({
    ...{ logFolder: projectPath('.cache', 'logs', 'swaps'), gateways: 2, ...MEASURED_MEMBERS },
    load: { stream: 'swaps', recordsPerSecond, keys, probesPerSecond: PROBES_PER_SECOND },
    models: [exampleVersion(1), exampleVersion(2), exampleVersion(3)],
  });
  const summary = await runSwaps(stage, { count, warmUp: WARM_UP_SWAPS, print }).finally(() => stage.stop());
  print(`\n${swapTable(summary)}`);
  process.exitCode = summary.problem === null ? 0 : 1;
}

runMain(main);
