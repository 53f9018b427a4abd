/** `npm run chaos -- --minutes N [--seed S]`: faults at random under load, everything recorded and judged. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectPath } from '@nearscore/local-cluster';
import { print } from '../../bench/results/print';
import { runMain } from '../run-main';
import { runChaos, summaryLine } from './chaos-run';

const HELP = `npm run chaos -- [options]
npm run chaos -- detection              how soon members notice one that dies or falls silent
npm run chaos -- rollouts               every phase of a rollout × what may die or join in it
npm run chaos -- rescores               older predictions are made again under load
npm run chaos -- uploads                hostile model files are uploaded under load
npm run chaos -- judge <history.jsonl>  judges a recorded run again

  --minutes N   how long faults go on     (5)
  --seed N      which faults, and which records  (of the clock)

Three members with a node each, and a fourth pair that comes and goes; a stock client writes to two streams, one with a
journal so small that it overflows. History, timeline and logs go to chaos-results/. The last line is the summary; the exit
code is 1 when anything is missing or wrong.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return print(HELP);
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  if (!(minutes > 0) || !Number.isInteger(seed)) throw new Error('--minutes takes a number, --seed a whole one');
  const folder = projectPath('chaos-results', `${new Date().toISOString().replace(/[:.]/g, '-')}-seed-${seed}`);
  print(`seed ${seed}, ${minutes} min; ${folder}`);
  const summary = await runChaos({ minutes, seed, folder, print });
  print(`timeline: ${join(folder, 'timeline.svg')}`);
  print(summaryLine(summary));
  process.exitCode = summary.missing === 0 && summary.wrong === 0 ? 0 : 1;
}

runMain(main);
