import { type ExampleModel, type ExampleVersion } from '@nearscore/local-cluster';
import { type GatewayClient, type PredictionAnswer } from '../gateway/gateway-client';
import { waitUntil } from '../gateway/wait-until';
import { countOf } from '../terminal/terminal';
import { type ScoreSummary, summarize } from './score-summary';

const CHUNK = 250;
const PARALLEL_READS = 16;
const SCORING_TIMEOUT_MS = 60_000;

export interface RunProgress {
  (done: number, total: number, what: string): void;
}

/** Deploys an example model to the stream of its name, unless one of its versions is deployed. Returns the version. */
export async function deployExample(gateway: GatewayClient, example: ExampleModel): Promise<ExampleVersion> {
  const { name } = example;
  const deployed = await gateway.deploymentOf(name);
  if (deployed?.model === name && isExampleVersion(deployed.version)) return deployed.version;
  await gateway.putModelVersion(name, 1, example.onnx(1), example.modelJson);
  await gateway.deploy(name, name, 1);
  return 1;
}

/** Writes all records of an example, waits until each has a prediction made after that, and compares. */
export async function scoreExample(
  gateway: GatewayClient,
  example: ExampleModel,
  version: ExampleVersion,
  options: { progress: RunProgress; signal: AbortSignal },
): Promise<ScoreSummary> {
  const startedAt = Date.now();
  await writeRecords(gateway, example, options.progress);
  const predictions = await readPredictions(gateway, example, startedAt, options);
  return summarize(example, version, predictions);
}

async function writeRecords(gateway: GatewayClient, example: ExampleModel, progress: RunProgress): Promise<void> {
  const { name, records } = example;
  for (let from = 0; from < records.length; from += CHUNK) {
    const chunk = records.slice(from, from + CHUNK);
    await gateway.writeRecords(
      name,
      chunk.map(({ key, values: value }) => ({ key, value })),
    );
    progress(from + chunk.length, records.length, 'records written');
  }
}

/** In an existing grid there may be predictions of an earlier run: those made before `startedAt` do not count. */
async function readPredictions(
  gateway: GatewayClient,
  { name, records }: ExampleModel,
  startedAt: number,
  { progress, signal }: { progress: RunProgress; signal: AbortSignal },
): Promise<Map<string, PredictionAnswer>> {
  const predictions = new Map<string, PredictionAnswer>();
  const read = async (key: string): Promise<true | string> => {
    const prediction = await gateway.prediction(name, key);
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
