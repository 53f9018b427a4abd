import { chartOf } from './chart';
import { exampleRow } from './example-rows';

describe('chartOf', () => {
  it('has a group of bars for the cost of each case, one for each latency, and one for each maximum', () => {
    const svg = chartOf([
      exampleRow(),
      exampleRow({ system: 'jet', cpuMicrosPerRecord: { total: 17, member: 17 } }),
      exampleRow({ ratePerSecond: null, maxPerSecond: 120_000 }),
      exampleRow({ write: 'single', ratePerSecond: 500, latencyMs: { p50: 0.5, p99: 2, p999: 9 } }),
    ]);
    const titles = [...svg.matchAll(/font-weight="bold">([^<]+)</g)].map(([, title]) => title);
    expect(titles).toEqual([
      'CPU µs per record: mlp, floats, 31 partitions, bulk, 20,000/s',
      'CPU µs per record: mlp, floats, 31 partitions, bulk, maximum',
      'Write → prediction, ms: mlp, floats, 31 partitions, single, 500/s, with a listener',
      'Records/s: mlp, floats, 31 partitions, bulk, maximum',
    ]);
    expect(svg).toContain('(member 6.00, node 3.00)');
    expect(svg).toContain('(p50 0.50, p99 − p50 1.50)');
    expect(svg).toContain('>120,000<');
  });
});
