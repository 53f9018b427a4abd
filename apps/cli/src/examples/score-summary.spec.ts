import { type ExampleModel } from '@nearscore/local-cluster';
import { summarize } from './score-summary';

const record = (key: string, actual: number): ExampleModel['records'][number] => ({ key, actual, values: {} });
const prediction = (key: string, score: number) => [key, { score }] as const;
const example = {
  records: [record('a', 1), record('b', 0), record('c', 1), record('d', 1)],
  expected: new Map(['a', 'b', 'c', 'd'].map((key) => [key, { 1: 0, 2: 0.5, 3: 0 }])),
} as unknown as ExampleModel;

describe('summarize', () => {
  it('counts the right classes among the scored and finds the largest difference', () => {
    const predictions = new Map([prediction('a', 0.5), prediction('b', 0.75), prediction('c', 0.625)]);
    expect(summarize(example, 2, predictions)).toEqual({
      records: 4,
      scored: 3,
      accuracy: 2 / 3,
      largestDifference: 0.25,
    });
  });

  it('never hides a record that scikit-learn does not know', () => {
    const unknown = { ...example, expected: new Map() } as ExampleModel;
    expect(summarize(unknown, 1, new Map([prediction('a', 1)])).largestDifference).toBeNaN();
  });
});
