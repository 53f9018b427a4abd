import { print } from '../results/print';
import { type Results } from '../results/results';
import { type StreamingOptions } from '../streaming/streaming-bench';
import { StageProcesses } from '../systems/stage-processes';
import { caseAt, type GrowthAxis, type GrowthCase, type GrowthOptions } from './growth-case';
import { growthModel } from './growth-model';
import { GrowthPlace } from './growth-place';
import { heapMbFor } from './member-heap';

const RATE = 20_000;

interface AxisRun {
  readonly axis: GrowthAxis;
  readonly partitions: number;
  readonly cases: ReadonlyMap<number, GrowthCase>;
  /** MiB of each member, at all places: a collector's cost depends on it. */
  readonly heapMb: number;
}

/** Whether a record costs more when there is more of anything: one axis after the other, its places side by side, in turns. */
export async function runGrowthBench(
  options: StreamingOptions,
  growth: GrowthOptions,
  results: Results,
): Promise<void> {
  for (const partitions of options.partitions) {
    for (const [axis, values] of growth.axes) {
      const rates = { bulk: options.rates.bulk[0] ?? RATE, listeners: growth.listenerRate };
      const cases = new Map(values.map((value) => [value, caseAt(axis, value, rates)]));
      const heapMb = growth.heapMb ?? Math.max(...[...cases.values()].map(heapMbFor));
      await runAxis({ axis, partitions, cases, heapMb }, options, results);
    }
  }
}

async function runAxis(run: AxisRun, options: StreamingOptions, results: Results): Promise<void> {
  const { axis, partitions, cases, heapMb } = run;
  const members = [...cases.values()].reduce((sum, wanted) => sum + wanted.members, 0);
  print(
    `\n  ${partitions} partitions, ${axis} ${[...cases.keys()].join(', ')}: ${members} members of ${heapMb} MiB of heap`,
  );
  const processes = new StageProcesses();
  const places: GrowthPlace[] = [];
  try {
    for (const [value, wanted] of cases) places.push(await startPlace(processes, run, value, wanted, options));
    await takeTurns(places, options, results);
  } finally {
    for (const place of places) place.stop();
    await processes.stop();
  }
}

function startPlace(
  processes: StageProcesses,
  { axis, partitions, heapMb }: AxisRun,
  value: number,
  wanted: GrowthCase,
  { collector }: StreamingOptions,
): Promise<GrowthPlace> {
  print(`  starting ${axis} ${value}`);
  const model = growthModel(wanted.width);
  const subject = { model: model.name, records: 'floats', partitions, growth: { axis, value, heapMb } } as const;
  return GrowthPlace.start(processes, wanted, subject, {
    name: `${axis}-${value}`,
    model,
    heapMb,
    partitions,
    collector,
  });
}

/** A B C A B C …, once all are warm. */
async function takeTurns(
  places: readonly GrowthPlace[],
  { rounds, secondsPerRound, rates, warmUpRecords }: StreamingOptions,
  results: Results,
): Promise<void> {
  for (const place of places) {
    print(`  warming up ${place.name}`);
    await place.warmUp({ records: warmUpRecords, ratePerSecond: rates.bulk[0] ?? RATE, secondsPerRound });
  }
  for (let round = 1; round <= rounds; round++) {
    print(`  round ${round}`);
    for (const place of places) results.add(await place.measure(round, secondsPerRound));
  }
}
