import { parseArgs } from 'node:util';
import { explain } from './failure-report';
import { type FaultKind } from './knobs';
import { type RunOutcome, simulate } from './simulation';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
    without: { type: 'string', default: '' },
  },
});

/** `--seed N --runs M [--trace] [--keep-going] [--without fault,fault]`: runs the seeds N … N+M−1 and says what broke. */
async function main(): Promise<void> {
  const [first, runs] = [Number(values.seed), Number(values.runs)];
  const without = values.without.split(',') as FaultKind[];
  const totals = new Map<string, number>();
  const failed: number[] = [];
  const startedAt = process.cpuUsage();
  let done = 0;
  for (let seed = first; seed < first + runs; seed++) {
    const outcome = await simulate(seed, { without, ...(values.trace ? { print } : {}) });
    done++;
    add(totals, outcome);
    if (!outcome.violation) continue;
    failed.push(seed);
    print(explain(outcome));
    if (!values['keep-going']) break;
  }
  const { user, system } = process.cpuUsage(startedAt);
  const seconds = (user + system) / 1e6;
  const rate = Math.round((done * 60) / seconds);
  print(`${done} seeds in ${seconds.toFixed(1)} s of one core, ${rate} a minute: ${textOf(totals)}`);
  if (failed.length > 0) {
    print(`failed: ${failed.join(' ')}`);
    process.exitCode = 1;
  }
}

function add(totals: Map<string, number>, { counts, hash }: RunOutcome): void {
  if (values.trace) print(`trace hash ${hash}`);
  for (const [name, count] of Object.entries(counts)) totals.set(name, (totals.get(name) ?? 0) + count);
}

function textOf(totals: Map<string, number>): string {
  return [...totals].map(([name, count]) => `${name} ${count}`).join(', ');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
