import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FailureStage, type FaultTimes } from '../failure-stage';
import { SeededRandom } from '../seeded-random';
import { ChaosLog } from './chaos-log';
import { nextFault } from './fault-choice';
import { timelineSvg } from './timeline';

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: number;
  /** Where history, timeline, summary and logs go. */
  readonly folder: string;
  readonly print: (line: string) => void;
}

export interface ChaosSummary {
  readonly acknowledged: number;
  readonly unknown: number;
  readonly faults: number;
  /** Acknowledged records without the prediction of just their bytes, when all was quiet. */
  readonly missing: number;
  /** Predictions that no record explains, sequences that stepped back, checkpoints ahead. */
  readonly wrong: number;
}

const MAIN = 'chaos';
/** Its journal holds 20 events per partition, so that most faults make it overflow. */
const SMALL = 'chaos-small';
const FAULTS_BETWEEN_LOOKS = 5;
const LONGEST_REST_MS = 4_000;

/** Faults at random until the time is over, and a look at everything after every few of them. */
export async function runChaos({ minutes, seed, folder, print }: ChaosOptions): Promise<ChaosSummary> {
  const stage = await FailureStage.open({
    seed,
    logFolder: join(folder, 'logs'),
    historyPath: join(folder, 'history.jsonl'),
    workloads: [
      { stream: MAIN, recordsPerSecond: 200, keys: 2_000 },
      { stream: SMALL, recordsPerSecond: 100, keys: 300 },
    ],
    journalCapacity: { [SMALL]: 620 },
  });
  const log = new ChaosLog();
  stage.history.observe((event) => log.accept(event));
  stage.announceProcesses();
  const times: FaultTimes[] = [];
  let missing = 0;
  try {
    await stage.start();
    await sufferUntil(performance.now() + minutes * 60_000);
  } catch (error) {
    missing = Math.max(missing, await stage.missing().catch(() => NaN));
    print(`  ended early: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await stage.stop();
  }
  const summary = { ...stage.totals(), missing, wrong: stage.wrong().length };
  const title = `seed ${seed}, ${minutes} min: ${summaryLine(summary)}`;
  writeFileSync(join(folder, 'timeline.svg'), timelineSvg(log, title));
  writeFileSync(
    join(folder, 'summary.json'),
    `${JSON.stringify({ seed, minutes, summary, wrong: stage.wrong(), times }, null, 2)}\n`,
  );
  return summary;

  async function sufferUntil(deadline: number): Promise<void> {
    const random = new SeededRandom(seed);
    for (let count = 1; performance.now() < deadline; count++) {
      await delay(random.below(LONGEST_REST_MS));
      const took = await stage.suffer(nextFault(stage.cluster, random, stage.gridRestart));
      times.push(took);
      print(faultLine(count, took));
      if (count % FAULTS_BETWEEN_LOOKS === 0) await look();
    }
    await look();
  }

  async function look(): Promise<void> {
    await stage.verify();
    print(`  looked: ${summaryLine({ ...stage.totals(), missing, wrong: stage.wrong().length })}`);
    for (const what of stage.wrong().slice(0, 3)) print(`    wrong: ${what}`);
  }
}

export function summaryLine({ acknowledged, unknown, faults, missing, wrong }: ChaosSummary): string {
  return `acknowledged ${acknowledged}, unknown ${unknown}, faults ${faults}, missing ${missing}, wrong ${wrong}`;
}

function faultLine(count: number, { fault, detectedMs, recoveredMs, rejoinedMs, longestMs }: FaultTimes): string {
  const detected = detectedMs === undefined ? '' : `, member missed after ${detectedMs} ms`;
  const late = `last late after ${recoveredMs} ms, after restart ${rejoinedMs} ms, longest ${longestMs} ms`;
  return `  ${count}. ${fault}${detected}, ${late}`;
}
