import { completeModelConfig, parseModelConfig } from '@nearscore/records';
import { createProbeRows, describeRow } from './probe-rows';

const config = completeModelConfig(
  parseModelConfig({
    inputs: [
      {
        name: 'dense',
        features: [
          { name: 'amount', default: 30, scale: { mean: 10, std: 4 } },
          { name: 'foreign', type: 'boolean' },
          { name: 'channel', categories: { web: 3, app: 5 }, default: 'app' },
        ],
      },
      { name: 'code', features: ['code'] },
      { name: 'text', features: [{ name: 'text', default: 'none' }] },
    ],
  }),
  {
    inputs: [
      { name: 'dense', datatype: 'float32', shape: [null, 3] },
      { name: 'code', datatype: 'int64', shape: [null, 1] },
      { name: 'text', datatype: 'string', shape: [null, 1] },
    ],
    outputs: [{ name: 'score', datatype: 'float32', shape: [null, 1] }],
  },
);

describe('createProbeRows', () => {
  const rows = createProbeRows(config, 64);
  const all = Array.from({ length: 64 }, (_, row) => describeRow(rows, row));

  it('begins with zeros', () => expect(all[0]).toEqual({ dense: [0, 0, 0], code: [0], text: [''] }));

  it('gives the same rows each time', () => expect(createProbeRows(config, 64)).toEqual(rows));

  it('keeps to what is declared', () => {
    for (const { dense, code, text } of all.slice(1)) {
      const [amount, foreign, channel] = dense as [number, number, number];
      expect(amount === 5 || (amount >= 0 && amount < 1)).toBe(true);
      expect([0, 1]).toContain(foreign);
      expect([3, 5]).toContain(channel);
      expect([0, 1]).toContain(code?.[0]);
      expect(['', 'a', 'b', 'none']).toContain(text?.[0]);
    }
    expect(new Set(all.map(({ dense }) => dense?.[0])).size).toBeGreaterThan(40);
    expect(all[4]).toMatchObject({ dense: [5, expect.any(Number), 5], text: ['none'] });
  });

  it('describes of wide rows only the first values', () =>
    expect(describeRow(rows, 4, 2)['dense']).toEqual([5, expect.any(Number)]));
});
