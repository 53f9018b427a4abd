import { Loader } from '../load/loader';
import { paced } from '../load/pacing';
import { RECORDS_PER_CALL } from '../load/record-pool';
import { meterRound } from '../machine/round-meter';
import { type BenchRow, type IngestName } from '../results/bench-row';
import { print } from '../results/print';
import { type Results } from '../results/results';
import { startGateway } from '../systems/gateway';
import { peerModel } from '../systems/model-deployment';
import { startNearscore } from '../systems/nearscore.system';
import { type StageOptions } from '../systems/stage-options';
import { StageProcesses } from '../systems/stage-processes';
import { type StreamingOptions } from '../streaming/streaming-bench';
import { GatewayDoor } from './gateway-door';

const RUNS_PER_IMPORT = 100;
const SINGLE_RATE = 1_000;
const MODEL = 'mlp';

/** One way in: what it writes in so many seconds, and the pid of the process that does the work beside the member. */
interface Entrance {
  readonly name: IngestName;
  readonly write: BenchRow['write'];
  readonly worker: { readonly name: string; readonly pid: number };
  writeFor(seconds: number): Promise<{ readonly records: number; readonly seconds: number }>;
}

/**
 * What a record costs on its way into the grid, by the gateway's REST and NDJSON and by a grid client that makes and serializes its
 * records itself. The node scores them meanwhile, as it would; its time is not counted.
 */
export async function runIngestBench(options: StreamingOptions, results: Results): Promise<void> {
  for (const partitions of options.partitions) {
    const processes = new StageProcesses();
    const model = await peerModel(MODEL);
    print(`\n  ${partitions} partitions, ingest`);
    try {
      await measure(processes, { ...options, model, partitions, nodeFlags: [] }, options, results);
    } finally {
      await processes.stop();
    }
  }
}

async function measure(
  processes: StageProcesses,
  stage: StageOptions,
  options: StreamingOptions,
  results: Results,
): Promise<void> {
  const nearscore = (await startNearscore(processes, stage)).find(({ name }) => name === 'nearscore');
  if (nearscore?.target.kind !== 'grid') throw new Error('Nearscore has no grid');
  const { address, clusterName, recordMap } = nearscore.target;
  const { url, pid } = await startGateway(processes, { address, clusterName });
  const target = { ...nearscore.target, predictionMap: undefined };
  const loader = await Loader.start({ target, records: 'compact', fresh: true });
  const door = new GatewayDoor(`${url}/v1/streams/${recordMap.split('.')[1]}/records`);
  try {
    const entrances = entrancesOf(loader, door, pid);
    for (const entrance of entrances) await warmUp(entrance, options.warmUpRecords);
    const ours = [process.pid, loader.pid, ...processes.pids];
    for (let round = 1; round <= options.rounds; round++) {
      for (const entrance of entrances) {
        const subject = { model: MODEL, records: 'compact', partitions: stage.partitions, round } as const;
        results.add({ ...subject, ...(await measured(entrance, nearscore.store, ours, options.secondsPerRound)) });
      }
    }
  } finally {
    loader.stop();
    door.close();
  }
}

function entrancesOf(loader: Loader, door: GatewayDoor, gatewayPid: number): Entrance[] {
  const gateway = { name: 'gateway', pid: gatewayPid };
  return [
    {
      ...{ name: 'ingest-client', write: 'bulk', worker: { name: 'client', pid: loader.pid } },
      writeFor: (seconds) => loader.ask({ type: 'flood', seconds, records: 0 }),
    },
    { name: 'ingest-ndjson', write: 'bulk', worker: gateway, writeFor: (seconds) => importFor(door, seconds) },
    { name: 'ingest-rest', write: 'single', worker: gateway, writeFor: (seconds) => putFor(door, seconds) },
  ];
}

async function warmUp({ name, write, writeFor }: Entrance, records: number): Promise<void> {
  print(`  warming up ${name}`);
  const wanted = write === 'bulk' ? records : records / 40;
  for (let written = 0; written < wanted;) written += (await writeFor(1)).records;
}

async function measured(entrance: Entrance, memberPid: number, ours: readonly number[], seconds: number) {
  const { name, write, worker } = entrance;
  const meter = meterRound({ [worker.name]: worker.pid, member: memberPid }, memberPid, ours);
  const figures = meter(await entrance.writeFor(seconds));
  return {
    ...{ system: name, write, ratePerSecond: write === 'single' ? SINGLE_RATE : null },
    ...figures,
    ...{ latencyMs: null, maxPerSecond: write === 'bulk' ? figures.reachedPerSecond : null, unscored: 0, lost: 0 },
  };
}

async function importFor(door: GatewayDoor, seconds: number): Promise<{ records: number; seconds: number }> {
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  let records = 0;
  while (elapsed() < seconds) {
    await door.importRuns(RUNS_PER_IMPORT);
    records += RUNS_PER_IMPORT * RECORDS_PER_CALL;
  }
  return { records, seconds: elapsed() };
}

async function putFor(door: GatewayDoor, seconds: number): Promise<{ records: number; seconds: number }> {
  const taken = await paced(SINGLE_RATE, seconds, (index) => door.put(index));
  return { records: SINGLE_RATE * seconds, seconds: taken };
}
