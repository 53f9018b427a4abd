import { type NodeEntry } from '@nearscore/registry';
import { toStreamView } from './stream-view';

const deployment = {
  ...{ stream: 'fraud', model: 'mlp', version: 2, epoch: 3 },
  ...{ featureMap: 'features.fraud', predictionMap: 'predictions.fraud', updatedAt: 0 },
};
const counts = { records: 5, predictions: 4, parked: 1 };

const nodeWith = (...streams: NodeEntry['streams']) => ({ streams }) as NodeEntry;
const report = (stream: string, unscored: number, oldestUnscoredMs: number, scoredPerSecond?: number) => ({
  ...{ stream, epoch: 3, version: 2, unscored, oldestUnscoredMs },
  ...(scoredPerSecond !== undefined && { scoredPerSecond }),
});

test('adds up what all nodes say of this stream, and takes the oldest', () => {
  const nodes = [
    nodeWith(report('fraud', 2, 1500, 10), report('other', 9, 9999, 9)),
    nodeWith(report('fraud', 3, 250)),
  ];
  expect(toStreamView({ deployment, fields: [] }, counts, nodes)).toEqual({
    stream: 'fraud',
    deployment: {
      ...{ model: 'mlp', version: 2, epoch: 3, featureMap: 'features.fraud', predictionMap: 'predictions.fraud' },
      updatedAt: '1970-01-01T00:00:00.000Z',
    },
    counts,
    lag: { unscoredRecords: 5, oldestUnscoredSeconds: 1.5 },
    rate: { scoredPerSecond: 10 },
    fields: [],
  });
});

test('without nodes there is no lag to tell', () => {
  expect(toStreamView({ deployment, fields: [] }, counts, []).lag).toEqual({
    unscoredRecords: 0,
    oldestUnscoredSeconds: 0,
  });
});
