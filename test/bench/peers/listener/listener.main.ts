/** The first attempt of many: an entry listener that runs the model for every event, and puts the prediction. */
import { Client, type GenericRecord } from 'hazelcast-client';
import { Tensor } from 'onnxruntime-node';
import { loadSession } from '../batch-scorer';
import { BenchPrediction, benchPredictionSerializer } from '../bench-prediction';
import { type PeerModel } from '../peer-model';

const VERSION = 1;

interface ListenerSetup {
  readonly address: string;
  readonly clusterName: string;
  readonly recordMap: string;
  readonly predictionMap: string;
  readonly model: PeerModel;
}

type StoredRecord = number[] | GenericRecord;

interface RecordEvent {
  readonly key: string;
  readonly value: StoredRecord;
}

async function main({ address, clusterName, recordMap, predictionMap, model }: ListenerSetup): Promise<void> {
  const client = await Client.newHazelcastClient({
    clusterName,
    network: { clusterMembers: [address] },
    serialization: { compact: { serializers: [benchPredictionSerializer] } },
    properties: { 'hazelcast.logging.level': 'ERROR' },
  });
  const records = await client.getMap<string, StoredRecord>(recordMap);
  const predictions = await client.getMap<string, BenchPrediction>(predictionMap);
  const session = await loadSession(model);
  const score = async ({ key, value }: RecordEvent): Promise<void> => {
    const features = Float32Array.from(Array.isArray(value) ? value : fieldsOf(value));
    const outputs = await session.run({ [model.input]: new Tensor('float32', features, [1, features.length]) });
    const probability = outputs[model.output]?.data[model.column] as number;
    await predictions.set(key, new BenchPrediction(probability, VERSION, Date.now()));
  };
  // A rejection ends this process, and the bench sees that.
  const onEvent = (event: { key: string; value: StoredRecord | null }): void => void score(event as RecordEvent);
  await records.addEntryListener({ added: onEvent, updated: onEvent }, undefined, true);
  process.stdout.write('ready\n');
}

function fieldsOf(record: GenericRecord): number[] {
  return [...record.getFieldNames()].sort().map((name) => record.getFloat32(name));
}

void main(JSON.parse(process.argv[2] ?? '{}') as ListenerSetup);
