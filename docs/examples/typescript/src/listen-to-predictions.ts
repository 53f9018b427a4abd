import { type EntryEvent } from 'hazelcast-client';
import { connect } from './grid';
import { type Prediction, predictionSerializer } from './prediction';

/** Prints every prediction that the grid tells of, until it is stopped. */
async function main(): Promise<void> {
  const client = await connect({ compact: { serializers: [predictionSerializer] } });
  const predictions = await client.getMap<string, Prediction>('predictions.phishing');
  const listener = { added: print, updated: print, removed: ({ key }: Event) => console.log(`removed ${key}`) };
  // true: events carry the prediction, not only its key.
  await predictions.addEntryListener(listener, undefined, true);
  console.log('listening');
}

type Event = EntryEvent<string, Prediction>;

function print({ key, value }: Event): void {
  console.log(`${key}: ${value.label} ${value.score.toFixed(9)}`);
}

void main();
