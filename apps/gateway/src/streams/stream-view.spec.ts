import { type StreamLag } from '../back-pressure/stream-lags';
import { toStreamView } from './stream-view';

const deployment = {
  ...{ stream: 'fraud', model: 'mlp', version: 2, epoch: 3 },
  ...{ featureMap: 'features.fraud', predictionMap: 'predictions.fraud', updatedAt: 0 },
};
const counts = { records: 5, predictions: 4, parked: 1 };
const lag: StreamLag = {
  ...{ unscoredRecords: 5, oldestUnscoredMs: 1500, scoredPerSecond: 10 },
  ...{ partitionsWithoutLease: 2, headroomSeconds: 60 },
};

test('tells the lag in seconds, and from which age on records are refused', () => {
  expect(toStreamView({ deployment, fields: [] }, counts, lag, 10)).toEqual({
    stream: 'fraud',
    deployment: {
      ...{ model: 'mlp', version: 2, epoch: 3, featureMap: 'features.fraud', predictionMap: 'predictions.fraud' },
      ...{ sha256: null, candidate: null, previous: null, rollout: null, rescoreBefore: null },
      ...{ maxUnscoredAgeSeconds: null, retries: null, updatedAt: '1970-01-01T00:00:00.000Z' },
    },
    counts,
    lag: {
      ...{ unscoredRecords: 5, oldestUnscoredSeconds: 1.5, maxUnscoredAgeSeconds: 10 },
      ...{ partitionsWithoutLease: 2, journalHeadroomSeconds: 60 },
    },
    rate: { scoredPerSecond: 10 },
    rescored: null,
    fields: [],
  });
});

test('tells what the deployment itself says', () => {
  const own = {
    ...{ sha256: 'a'.repeat(64), previous: { model: 'mlp', version: 1 }, rollout: { id: 'fraud.1', step: 0 } },
    candidate: { model: 'mlp', version: 3, mode: 'split', percent: 5, salt: 'fraud.1' },
    ...{ rescoreBefore: 2, maxUnscoredAgeSeconds: 0, retries: { attempts: 3 } },
  } as const;
  const view = toStreamView({ deployment: { ...deployment, ...own }, fields: [] }, counts, lag, 0);
  expect(view.deployment).toMatchObject(own);
});

test('tells how far older predictions are made again, of what is deployed now', () => {
  const viewOf = (rescoreBefore: number | null) =>
    toStreamView(
      { deployment: { ...deployment, rescoreBefore }, fields: [] },
      counts,
      { ...lag, rescored: { before: 3, partitions: 4, of: 31 } },
      0,
    );
  expect(viewOf(3).rescored).toEqual({ partitions: 4, of: 31 });
  expect([viewOf(4).rescored, viewOf(null).rescored]).toEqual([null, null]);
});
