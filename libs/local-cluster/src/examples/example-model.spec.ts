import { exampleModel } from './example-model';

describe('exampleModel', () => {
  it.each([
    ['phishing', 1250, 9],
    ['breast-cancer', 569, 30],
  ] as const)('%s: every record with its features, class and expectations', (name, count, features) => {
    const { records, expected, onnx, modelJson } = exampleModel(name);
    expect(records).toHaveLength(count);
    expect(expected.size).toBe(count);
    const declared = (modelJson as { features: string[] }).features;
    for (const { key, values, actual } of records) {
      expect(Object.keys(values)).toEqual(declared);
      expect(Object.values(values).every(Number.isFinite)).toBe(true);
      expect([0, 1]).toContain(actual);
      expect(Object.values(expected.get(key) ?? { none: NaN }).every((p) => p >= 0 && p <= 1)).toBe(true);
    }
    expect(declared).toHaveLength(features);
    expect(onnx(1).length).toBeGreaterThan(100);
  });
});
