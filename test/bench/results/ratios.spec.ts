import { exampleRow } from './example-rows';
import { ratioTable } from './ratios';

const lastCells = (table: string): string[] => (table.split('\n').at(-1) ?? '').split('|').map((cell) => cell.trim());

describe('ratioTable', () => {
  const at = (system: 'ingest-only' | 'nearscore' | 'jet', round: number, total: number) =>
    exampleRow({ system, round, cpuMicrosPerRecord: { total } });

  it('compares rounds with their neighbours: in total, and without what writing alone costs', () => {
    const first = [at('ingest-only', 1, 5), at('nearscore', 1, 10), at('jet', 1, 15)];
    const second = [at('ingest-only', 2, 10), at('nearscore', 2, 20), at('jet', 2, 30)];
    expect(lastCells(ratioTable([...first, ...second])).slice(2, 5)).toEqual([
      'jet',
      '0.67 (0.67–0.67)',
      '0.50 (0.50–0.50)',
    ]);
  });

  it('says nothing of a peer that nearscore was not measured beside', () => {
    expect(ratioTable([at('jet', 1, 15)]).split('\n')).toHaveLength(2);
    expect(ratioTable([at('nearscore', 1, 10), at('ingest-only', 1, 5)]).split('\n')).toHaveLength(2);
  });

  it('leaves the share without ingest empty where ingest was not measured', () => {
    expect(lastCells(ratioTable([at('nearscore', 1, 10), at('jet', 1, 20)])).slice(3, 5)).toEqual([
      '0.50 (0.50–0.50)',
      '',
    ]);
  });
});
