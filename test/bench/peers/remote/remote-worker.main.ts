/**
 * What most teams run: a worker that hears of writes by an entry listener, gathers them into batches, has a model server score them,
 * and stores the predictions. What is written while it is away it never hears of.
 */
import { Client, type IMap } from 'hazelcast-client';
import { ApplicationRecord, applicationRecordSerializer } from '../../load/record-pool';
import { BenchPrediction, benchPredictionSerializer } from '../bench-prediction';
import { type PeerModel } from '../peer-model';
import { Batcher } from './batcher';
import { InferenceClient } from './inference-client';

const LIMITS = { maxItems: 512, lingerMs: 2, maxOpen: 4 };
const VERSION = 1;

interface WorkerSetup {
  readonly address: string;
  readonly clusterName: string;
  readonly recordMap: string;
  readonly predictionMap: string;
  /** host:port of the model server. */
  readonly server: string;
  readonly model: PeerModel;
}

/** A Java `float[]`, or Compact, which becomes the application's own class. */
type StoredRecord = readonly number[] | ApplicationRecord;

interface Written {
  readonly key: string;
  readonly value: StoredRecord | null;
}

class RemoteScorer {
  /** Answered, and all before it too. */
  private answered: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly server: InferenceClient,
    private readonly features: number,
    private readonly predictions: IMap<string, BenchPrediction>,
  ) {}

  /** Calls overlap, but predictions are written in the order of the records: of a key that was written twice, the last one stays. */
  async score(batch: readonly Written[]): Promise<void> {
    const answered = Promise.all([this.server.scores(this.rowsOf(batch)), this.answered]);
    this.answered = answered;
    const [scores] = await answered;
    const scoredAt = Date.now();
    await this.predictions.setAll(
      batch.map(({ key }, row) => [key, new BenchPrediction(scores[row] ?? NaN, VERSION, scoredAt)]),
    );
  }

  private rowsOf(batch: readonly Written[]): Float32Array {
    const rows = new Float32Array(batch.length * this.features);
    batch.forEach(({ value }, row) => rows.set(featuresOf(value as StoredRecord), row * this.features));
    return rows;
  }
}

function featuresOf(record: StoredRecord): readonly number[] {
  return record instanceof ApplicationRecord ? record.features : record;
}

async function main({ address, clusterName, recordMap, predictionMap, server, model }: WorkerSetup): Promise<void> {
  const client = await Client.newHazelcastClient({
    clusterName,
    network: { clusterMembers: [address] },
    serialization: { compact: { serializers: [benchPredictionSerializer, applicationRecordSerializer] } },
    properties: { 'hazelcast.logging.level': 'ERROR' },
  });
  const predictions = await client.getMap<string, BenchPrediction>(predictionMap);
  const scorer = new RemoteScorer(await InferenceClient.connect(server, model), model.features, predictions);
  // A rejection ends this process, and the bench sees that.
  const batcher = new Batcher<Written>(LIMITS, (batch) => scorer.score(batch));
  const onWritten = (event: Written): void => batcher.add(event);
  const records = await client.getMap<string, StoredRecord>(recordMap);
  await records.addEntryListener({ added: onWritten, updated: onWritten }, undefined, true);
  process.stdout.write('ready\n');
}

void main(JSON.parse(process.argv[2] ?? '{}') as WorkerSetup);
