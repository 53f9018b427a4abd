import { alignedTable, type Column, plainTable } from './table';
import { bytes, cell, counted, figure, percent } from './text';

interface Row {
  readonly key: string;
  readonly count: number | null;
}

const columns: readonly Column<Row>[] = [
  { title: 'KEY', of: ({ key }) => key },
  { title: 'COUNT', of: ({ count }) => count, right: true },
];
const rows: readonly Row[] = [
  { key: 'a', count: 1_000_000 },
  { key: 'longer', count: null },
];

describe('tables', () => {
  it('stand under titles, numbers under each other', () => {
    expect(alignedTable(rows, columns)).toEqual(['KEY       COUNT', 'a       1000000', 'longer        -']);
  });

  it('have their titles alone when there is nothing', () => {
    expect(alignedTable([], columns)).toEqual(['KEY  COUNT']);
    expect(plainTable([], columns)).toEqual([]);
  });

  it('are values between tabs when piped', () => {
    expect(plainTable(rows, columns)).toEqual(['a\t1000000', 'longer\t-']);
  });

  it('keep one line for each row, whatever is in it', () => {
    const hostile = { key: 'a\tb\nc\u001b[2J\u009b\u2028', count: 1 };
    expect(plainTable([hostile], columns)).toEqual(['a\\u0009b\\u000ac\\u001b[2J\\u009b\\u2028\t1']);
    expect(alignedTable([hostile], columns)).toHaveLength(2);
  });
});

describe('texts', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [5 * 1024 ** 2, '5.0 MiB'],
    [3000 * 1024 ** 3, '3000.0 GiB'],
  ])('%d bytes are %s', (count, text) => expect(bytes(count)).toBe(text));

  it('are short, and one sign for nothing', () => {
    expect([undefined, null, '', 0, false, { a: 1 }].map(cell)).toEqual(['-', '-', '-', '0', 'false', '{"a":1}']);
    expect([counted(1, 'record'), counted(1250, 'record')]).toEqual(['1 record', '1,250 records']);
    expect([percent(0.98765), percent(1), percent(null)]).toEqual(['98.77 %', '100 %', '-']);
    expect([figure(0.1 + 0.2), figure(1e-9), figure(null)]).toEqual(['0.3', '0', '-']);
  });
});
