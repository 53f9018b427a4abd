import { parseArgs } from 'node:util';
import { type Collector, projectPath } from '@nearscore/local-cluster';
import { GROWTH_HELP, GROWTH_OPTIONS, parseGrowthOptions } from './growth/growth-arguments';
import { type GrowthOptions } from './growth/growth-case';
import { type RecordForm } from './load/load-messages';
import { RESULTS_FOLDER } from './results/results-file';
import { type StreamingOptions } from './streaming/streaming-bench';
import { isSystemName, type SystemName, SYSTEMS } from './systems/bench-system';

export const HELP = `npm run bench [-- SCENARIO] [options]

  streaming           CPU per record and maximum of Nearscore and its peers, bulk and single puts
  latency             write → prediction of the same systems
  ingest              records by the gateway's REST and NDJSON, and by a grid client of one's own
  path                Nearscore and plain writing alone, CPU and latency: for work on the path
  growth              whether a record costs more with more keys, streams, members, floats or listeners
  start               how long a node takes to be ready, and what memory its lanes take
  without a scenario  streaming, then latency

  --systems LIST      of ${SYSTEMS.join(', ')}
  --models LIST       of mlp, gradient-boosting                              (mlp)
  --records LIST      floats (a Java float[]), compact (30 named fields)     (floats)
  --partitions LIST   partition counts, each with processes of its own       (31,271; growth: 31)
  --rates LIST        records/s in bulk, 1,000 a call                        (20000,40000; path: 40000)
  --maximum           also in bulk as fast as each system scores             (streaming: yes; --no-maximum)
  --single-rates LIST  records/s one a call                                   (streaming: 5000)
  --latency-rates LIST  records/s one a call, with a listener                 (latency: 500,2000,10000; path: 500,2000)
  --rounds N          rounds of each case, systems in turns                  (3)
  --seconds N         length of a round                                      (10)
  --warm-up N         records that each system gets before the first round   (600000)
  --collector NAME    of the members: parallel or g1                         (parallel)
  --jet-parallelism N processors of each Jet stage                           (2)
  --jet-journal       give Jet's prediction map a journal, as Nearscore's has
  --profile           write CPU profiles of the node's threads to ${RESULTS_FOLDER}/profiles; figures do not count then
${GROWTH_HELP}`;

const OPTIONS = {
  systems: { type: 'string' },
  models: { type: 'string', default: 'mlp' },
  records: { type: 'string', default: 'floats' },
  partitions: { type: 'string' },
  rates: { type: 'string' },
  maximum: { type: 'boolean' },
  'single-rates': { type: 'string' },
  'latency-rates': { type: 'string' },
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '10' },
  'warm-up': { type: 'string', default: '600000' },
  collector: { type: 'string', default: 'parallel' },
  'jet-parallelism': { type: 'string', default: '2' },
  'jet-journal': { type: 'boolean', default: false },
  profile: { type: 'boolean', default: false },
  ...GROWTH_OPTIONS,
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What is run, and with what. */
export interface BenchRun {
  readonly scenario: string;
  readonly options: StreamingOptions;
  /** Of the scenario of that name. */
  readonly growth: GrowthOptions;
}

interface Scenario {
  readonly systems: readonly SystemName[];
  readonly rates: string;
  readonly maximum: boolean;
  readonly singleRates: string;
  readonly latencyRates: string;
  /** Default: those of the help. */
  readonly partitions?: string;
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  streaming: { systems: SYSTEMS, rates: '20000,40000', maximum: true, singleRates: '5000', latencyRates: '' },
  latency: { systems: SYSTEMS, rates: '', maximum: false, singleRates: '', latencyRates: '500,2000,10000' },
  ingest: { systems: [], rates: '', maximum: false, singleRates: '', latencyRates: '' },
  start: { systems: [], rates: '', maximum: false, singleRates: '', latencyRates: '' },
  path: {
    systems: ['ingest-only', 'nearscore'],
    rates: '40000',
    maximum: false,
    singleRates: '',
    latencyRates: '500,2000',
  },
  growth: {
    systems: ['nearscore'],
    rates: '20000',
    maximum: false,
    singleRates: '',
    latencyRates: '',
    partitions: '31',
  },
};

const PARTITIONS = '31,271';
const DEFAULT_SCENARIOS = ['streaming', 'latency'];

/** What to run, one after the other; undefined: the person asked for help, or for something that there is not. */
export function parseBenchArguments(args: readonly string[]): BenchRun[] | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: OPTIONS,
  });
  const names = positionals.length > 0 ? positionals : DEFAULT_SCENARIOS;
  const scenarios = names.flatMap((name) => (SCENARIOS[name] ? [{ name, ...SCENARIOS[name] }] : []));
  if (values.help || scenarios.length !== names.length) return undefined;
  const growth = parseGrowthOptions(values);
  return scenarios.map((scenario) => ({ scenario: scenario.name, options: optionsOf(scenario, values), growth }));
}

function optionsOf(scenario: Scenario, values: ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']) {
  const options: StreamingOptions = {
    systems: values.systems?.split(',').map(systemName) ?? scenario.systems,
    models: (values.models ?? '').split(','),
    records: (values.records ?? '').split(',').map(recordForm),
    partitions: numbers(values.partitions ?? scenario.partitions ?? PARTITIONS),
    rates: {
      bulk: numbers(values.rates ?? scenario.rates),
      maximum: values.maximum ?? scenario.maximum,
      single: numbers(values['single-rates'] ?? scenario.singleRates),
      latency: numbers(values['latency-rates'] ?? scenario.latencyRates),
    },
    rounds: number(values.rounds),
    secondsPerRound: number(values.seconds),
    warmUpRecords: number(values['warm-up']),
    collector: collectorName(values.collector ?? ''),
    jetParallelism: number(values['jet-parallelism']),
    jetJournal: values['jet-journal'] ?? false,
    profileFolder: values.profile ? projectPath(RESULTS_FOLDER, 'profiles') : undefined,
  };
  return options;
}

function numbers(list: string | undefined): number[] {
  return (list ?? '').split(',').filter(Boolean).map(number);
}

function number(text: string | undefined): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new Error(`${text} is not a number above 0`);
}

function recordForm(form: string): RecordForm {
  if (form === 'floats' || form === 'compact') return form;
  throw new Error(`--records: floats or compact, not ${form}`);
}

function systemName(name: string): SystemName {
  if (isSystemName(name)) return name;
  throw new Error(`--systems: ${SYSTEMS.join(', ')}, not ${name}`);
}

function collectorName(name: string): Collector {
  if (name === 'parallel' || name === 'g1') return name;
  throw new Error(`--collector: parallel or g1, not ${name}`);
}
