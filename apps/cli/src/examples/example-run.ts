import { type NearscoreClient, type Prediction } from '@nearscore/client';
import { type ExampleModel, type ExampleVersion } from '@nearscore/local-cluster';
import { deploy, deploymentOf } from '../gateway/deployments.api';
import { pushModel } from '../gateway/models.api';
import { ExampleRefusedError } from '../program/cli.errors';
import { countOf } from '../terminal/terminal';
import { waitUntil } from '../up/wait-until';
import { type ScoreSummary, summarize } from './score-summary';

const PARALLEL_READS = 16;
const SCORING_TIMEOUT_MS = 60_000;

export interface RunProgress {
  (done: number, total: number, what: string): void;
}

interface RunOptions {
  readonly progress: RunProgress;
  readonly signal: AbortSignal;
}

/** Deploys an example model to the stream of its name, unless one of its versions is deployed. Returns the version. */
export async function deployExample(client: NearscoreClient, example: ExampleModel): Promise<ExampleVersion> {
  const { name } = example;
  const deployed = await deploymentOf(client, name);
  if (deployed?.model === name && isExampleVersion(deployed.version)) return deployed.version;
  await pushModel(client, name, 1, { onnx: example.onnx(1), config: JSON.stringify(example.modelJson) });
  await deploy(client, name, { model: name, version: 1 });
  return 1;
}

/** Writes all records of an example, waits until each has a prediction made after that, and compares. */
export async function scoreExample(
  client: NearscoreClient,
  example: ExampleModel,
  version: ExampleVersion,
  options: RunOptions,
): Promise<ScoreSummary> {
  const startedAt = Date.now();
  await writeRecords(client, example, options);
  const predictions = await readPredictions(client, example, startedAt, options);
  return summarize(example, version, predictions);
}

async function writeRecords(
  client: NearscoreClient,
  { name, records }: ExampleModel,
  { progress, signal }: RunOptions,
): Promise<void> {
  const items = records.map(({ key, values: value }) => ({ key, value }));
  const { failures } = await client.stream(name).putMany(items, {
    onProgress: ({ record }) => progress(record, records.length, 'records written'),
    signal,
  });
  if (failures[0]) throw new ExampleRefusedError(name, failures[0]);
}

/** In an existing grid there may be predictions of an earlier run: those made before `startedAt` do not count. */
async function readPredictions(
  client: NearscoreClient,
  { name, records }: ExampleModel,
  startedAt: number,
  { progress, signal }: RunOptions,
): Promise<Map<string, Prediction>> {
  const stream = client.stream(name);
  const predictions = new Map<string, Prediction>();
  const read = async (key: string): Promise<true | string> => {
    const prediction = await stream.prediction(key, { signal });
    if (!prediction || Date.parse(prediction.scoredAt) < startedAt) return countOf(predictions.size, records.length);
    predictions.set(key, prediction);
    progress(predictions.size, records.length, 'records scored');
    return true;
  };
  const wait = { what: `scoring the records of ${name}`, timeoutMs: SCORING_TIMEOUT_MS, signal };
  await forEachLimited(records, PARALLEL_READS, ({ key }) => waitUntil(() => read(key), wait));
  return predictions;
}

async function forEachLimited<T>(items: readonly T[], limit: number, run: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await run(item);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

function isExampleVersion(version: number): version is ExampleVersion {
  return version === 1 || version === 2 || version === 3;
}
