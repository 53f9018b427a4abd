import { NearscoreError } from '@nearscore/errors';
import {
  encodeKey,
  type Fingerprint,
  fingerprintOf,
  type Prediction,
  PredictionRecord,
  predictionSerializer,
} from '@nearscore/records';
import { ClientSerialization } from '../../../../test/fixtures/client-serialization';
import { ScriptedReader } from '../../../../test/fixtures/journal/scripted-reader';
import { DispatchTurns } from '../feed/dispatch-turns';
import { JournalReadings } from '../feed/journal-readings';
import { PredictionWait } from './prediction-wait';

const client = new ClientSerialization([predictionSerializer]);
const KEY = encodeKey('k');

let features: ScriptedReader;
let predictions: ScriptedReader;
let readings: JournalReadings;
let stop: AbortController;

/** Returns the sequence of the event. */
function write(value: string, key = KEY): number {
  features.put(key, client.toBytes(value));
  return features.newest;
}

function predict(sourceSequence: number, value: string, key = KEY): void {
  const print: Fingerprint = { high: 0, low: 0 };
  const bytes = client.toBytes(value);
  fingerprintOf(bytes, 0, bytes.length, print);
  const fingerprint = (BigInt(print.high) << 32n) | BigInt.asUintN(32, BigInt(print.low));
  const prediction = new PredictionRecord(0.5, null, [], 'm', 1, 1, sourceSequence, fingerprint, 0);
  predictions.put(key, client.toBytes(prediction));
}

/** Begins, writes what the test wants beside our own value, and waits. */
async function waitFor(value: string, beside: () => void): Promise<Prediction | undefined> {
  const wait = await PredictionWait.begin({
    ...{ key: 'k', partition: 0, featureMap: 'features', readings },
    reader: features,
  });
  beside();
  try {
    return await wait.prediction(client.toBytes(value), stop.signal);
  } finally {
    wait.end();
  }
}

beforeEach(() => {
  [features, predictions, stop] = [new ScriptedReader(), new ScriptedReader(), new AbortController()];
  readings = new JournalReadings('predictions', predictions, new DispatchTurns(10_000));
  predict(write('before'), 'before');
});

afterEach(() => readings.discard());

const soon = (then: () => void): void => void setImmediate(() => setImmediate(then));

describe('PredictionWait', () => {
  test('takes the prediction of its own bytes, and asks the journal of records nothing', async () => {
    const found = await waitFor('own', () => predict(write('own'), 'own'));
    expect(found).toMatchObject({ sourceSequence: 1 });
    expect(features.readings).toEqual([]);
  });

  test('takes that of the same value written again, not of the one from before', async () => {
    const found = await waitFor('before', () => {
      predict(0, 'before');
      predict(write('before'), 'before');
    });
    expect(found).toMatchObject({ sourceSequence: 1 });
  });

  test('passes over one of another write that came first, though it was made after the beginning', async () => {
    const found = await waitFor('own', () => {
      predict(write('other'), 'other');
      soon(() => predict(write('own'), 'own'));
    });
    expect(found).toMatchObject({ sourceSequence: 2 });
  });

  test('takes one of a later write when its own was never made', async () => {
    const found = await waitFor('own', () => {
      write('own');
      predict(write('later'), 'later');
    });
    expect(found).toMatchObject({ sourceSequence: 2 });
  });

  test('looks for its own event again when the grid could not be asked', async () => {
    const found = await waitFor('own', () => {
      write('own');
      features.failures = [new NearscoreError('OWNER_CHANGED', 'as the test wants', { retriable: true })];
      predict(write('later'), 'later');
      soon(() => predict(write('latest'), 'latest'));
    });
    expect(found).toMatchObject({ sourceSequence: 2 });
    expect(features.failures).toEqual([]);
  });

  test('is not of other keys, of removals, or of what is no prediction', async () => {
    const waiting = waitFor('own', () => {
      write('own');
      predict(1, 'own', encodeKey('other'));
      predictions.put(KEY, null);
      predictions.put(KEY, client.toBytes('no prediction'));
      soon(() => stop.abort());
    });
    expect(await waiting).toBeUndefined();
  });

  test('ends without one when it is given up, and leaves one reading open for the next', async () => {
    for (let n = 0; n < 5; n++) {
      stop = new AbortController();
      expect(await waitFor('own', () => soon(() => stop.abort()))).toBeUndefined();
    }
    expect(readings.size).toBe(1);
    expect(predictions.readings).toHaveLength(1);
    stop = new AbortController();
    expect(await waitFor('own', () => predict(write('own'), 'own'))).toMatchObject({ sourceSequence: 1 });
  });
});
