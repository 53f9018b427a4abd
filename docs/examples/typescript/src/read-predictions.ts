import { type GenericRecord } from 'hazelcast-client';
import { connect } from './grid';
import { type Prediction, predictionSerializer } from './prediction';

const KEYS = ['ts-generic', 'ts-json', 'ts-object', 'ts-floats'];

/** As objects of our own class. */
async function readAsObjects(): Promise<void> {
  const client = await connect({ compact: { serializers: [predictionSerializer] } });
  try {
    const predictions = await client.getMap<string, Prediction>('predictions.phishing');
    for (const [key, { label, score, scores }] of await predictions.getAll(KEYS)) {
      console.log(`${key}: ${label} ${score.toFixed(9)} [${scores.join(', ')}]`);
    }
  } finally {
    await client.shutdown();
  }
}

/** Without a serializer. */
async function readAsGenericRecord(): Promise<void> {
  const client = await connect();
  try {
    const predictions = await client.getMap<string, GenericRecord>('predictions.phishing');
    const it = await predictions.get('ts-generic');
    if (!it) throw new Error('not scored yet');
    const score = it.getFloat32('score').toFixed(9);
    console.log(`generic: ${it.getString('label')} ${score} by ${it.getString('model')} ${it.getInt32('version')}`);
  } finally {
    await client.shutdown();
  }
}

void readAsObjects().then(readAsGenericRecord);
