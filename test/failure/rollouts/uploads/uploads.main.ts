/** `npm run chaos -- uploads`: files that must not become models are uploaded under load; the tables of docs/reliability.md. */
import { parseArgs } from 'node:util';
import { projectPath } from '@nearscore/local-cluster';
import { print } from '../../../bench/results/print';
import { positiveOptions } from '../../positive-options';
import { runMain } from '../../run-main';
import { exampleVersion } from '../models/version-answers';
import { MEASURED_MEMBERS } from '../stage/measured-members';
import { RolloutStage } from '../stage/rollout-stage';
import { hostileFiles } from './hostile-files';
import { runUploads } from './upload-run';
import { uploadTables } from './upload-table';

const HELP = `npm run chaos -- uploads [options]

  --rounds N   each sends every hostile file once, after as long a rest; one more before any counts  (5)
  --at-once N  uploads at a time      (2)
  --rate N     records written per second  (2000)

One member with its node, a gateway and Redis; breast-cancer 1 scores what a stock client writes, while files that do not end,
take all memory, are cut off or lie about their sizes are uploaded. Every prediction is read from its journal and judged. Logs
go to .cache/logs/uploads. The exit code is 1 when a record is unscored, anything is wrong, or a file was answered otherwise.`;

const KEYS = 6_600;
const PROBES_PER_SECOND = 200;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      'at-once': { type: 'string', default: '2' },
      rate: { type: 'string', default: '2000' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { help, ...texts } = values;
  if (help) return print(HELP);
  const { rounds, 'at-once': atOnce, rate: recordsPerSecond } = positiveOptions(texts);
  const stage = await RolloutStage.open({
    ...{ logFolder: projectPath('.cache', 'logs', 'uploads'), hosts: 1, gateways: 1, ...MEASURED_MEMBERS },
    load: { stream: 'uploads', recordsPerSecond, keys: KEYS, probesPerSecond: PROBES_PER_SECOND },
    models: [exampleVersion(1)],
  });
  const files = hostileFiles();
  const summary = await runUploads(stage, { rounds, atOnce, files, print }).finally(() => stage.stop());
  print(`\n${uploadTables(summary)}`);
  process.exitCode = summary.problems.length === 0 ? 0 : 1;
}

runMain(main);
