import { exampleRow } from './example-rows';
import { idleTable, resultsTables } from './results-table';

const cellsOf = (line: string | undefined): string[] => (line ?? '').split('|').map((cell) => cell.trim());

describe('resultsTables', () => {
  it('has a table for every case, and in it a line for every system with median, smallest and largest', () => {
    const cost = (total: number) => ({ cpuMicrosPerRecord: { total, member: total - 3, node: 3 } });
    const rows = [
      exampleRow({ round: 1, ...cost(9) }),
      exampleRow({ system: 'jet', cpuMicrosPerRecord: { total: 17, member: 17 } }),
      exampleRow({ round: 2, ...cost(8) }),
      exampleRow({ round: 3, ...cost(12) }),
      exampleRow({ ratePerSecond: 40_000 }),
    ];
    const [title, , titles, , nearscore, jet, , second] = resultsTables(rows).split('\n');
    expect(title).toBe('mlp, floats, 31 partitions, bulk, 20,000/s');
    expect(second).toBe('mlp, floats, 31 partitions, bulk, 40,000/s');
    expect(cellsOf(titles).slice(1, 5)).toEqual(['system', 'rounds', 'total µs', 'of that']);
    expect(cellsOf(nearscore).slice(1, 5)).toEqual(['nearscore', '3', '9.00 (8.00–12.00)', 'member 6.00, node 3.00']);
    expect(cellsOf(jet).slice(1, 5)).toEqual(['jet', '1', '17.00 (17.00–17.00)', 'member 17.00']);
  });

  it('leaves out columns that no system of the case has', () => {
    const latencyMs = { p50: 0.5, p99: 2, p999: 9 };
    expect(resultsTables([exampleRow()])).not.toContain('p50');
    expect(resultsTables([exampleRow({ write: 'single', latencyMs })])).toContain('0.50 (0.50–0.50)');
  });

  it('keeps apart what cannot be compared', () => {
    const others = [
      { model: 'gradient-boosting' },
      { records: 'compact' },
      { partitions: 271 },
      { write: 'single' },
    ] as const;
    const rows = [exampleRow(), ...others.map((other) => exampleRow(other)), exampleRow({ ratePerSecond: null })];
    expect(resultsTables(rows).match(/nearscore/g)).toHaveLength(rows.length);
    expect(resultsTables(rows).match(/system/g)).toHaveLength(rows.length);
  });

  it('is aligned', () => {
    const lines = resultsTables([exampleRow(), exampleRow({ system: 'redis-streams' })])
      .split('\n')
      .slice(2);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });
});

describe('idleTable', () => {
  it('shows each system once', () => {
    const row = { model: 'mlp', partitions: 31, othersCores: 0 };
    const idle = [1, 2, 3].map((percent, index) => ({
      ...row,
      ...({ system: 'jet', round: index + 1, percentOfCore: { total: percent, member: percent } } as const),
    }));
    expect(cellsOf(idleTable(idle).split('\n')[2])).toEqual([
      '',
      'jet',
      'mlp',
      '31',
      '2.0 (1.0–3.0)',
      'member 2.0',
      '',
    ]);
  });
});
