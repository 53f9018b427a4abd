/** `npm run chaos -- rescores`: what older versions have scored is scored again under load; the table of docs/reliability.md. */
import { parseArgs } from 'node:util';
import { projectPath } from '@nearscore/local-cluster';
import { print } from '../../../bench/results/print';
import { positiveOptions } from '../../positive-options';
import { runMain } from '../../run-main';
import { exampleVersion } from '../models/version-answers';
import { MEASURED_MEMBERS } from '../stage/measured-members';
import { RolloutStage } from '../stage/rollout-stage';
import { runRescores } from './rescore-run';
import { rescoreTable } from './rescore-table';

const HELP = `npm run chaos -- rescores [options]

  --rounds N   swaps with rescore, each after as long a rest; one more before any counts  (5)
  --records N  that nobody writes again   (50000)
  --rate N     live records written per second, of other keys  (2000)

Three members with a node each, two gateways and Redis; breast-cancer 1, 2 and 3 replace each other with rescore, while a stock
client writes. Every prediction is read from its journal and judged. Logs go to .cache/logs/rescores. The exit code is 1 when a
record is unscored or not made again, or anything is wrong.`;

const KEYS = 6_600;
const PROBES_PER_SECOND = 200;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      records: { type: 'string', default: '50000' },
      rate: { type: 'string', default: '2000' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { help, ...texts } = values;
  if (help) return print(HELP);
  const { rounds, records: resting, rate: recordsPerSecond } = positiveOptions(texts);
  const stage = await RolloutStage.open({
    ...{ logFolder: projectPath('.cache', 'logs', 'rescores'), gateways: 2, ...MEASURED_MEMBERS },
    load: { stream: 'rescores', recordsPerSecond, keys: KEYS, probesPerSecond: PROBES_PER_SECOND },
    models: [exampleVersion(1), exampleVersion(2), exampleVersion(3)],
  });
  const summary = await runRescores(stage, { rounds, resting, print }).finally(() => stage.stop());
  print(`\n${rescoreTable(summary)}`);
  process.exitCode = summary.problem === null ? 0 : 1;
}

runMain(main);
