import { type RecordBatch, RecordBatch as Batch } from '@nearscore/grid';
import { encodeKey } from '@nearscore/records';
import fc from 'fast-check';
import { CopiedRecords, fillBatch } from './copied-records';

const LIMITS = { records: 10, bytes: 10_000 };

/** A batch of one partition whose values are texts. */
function batchOf(rows: readonly { key: string; value: string }[], partition = 0): RecordBatch {
  const batch = new Batch('s', rows.length);
  const entries = rows.map(({ key, value }) => [encodeKey(key), Buffer.from(value)] as const);
  const segment = batch.openSegment(partition, Buffer.concat(entries.flat()), rows.length);
  let at = 0;
  entries.forEach(([key, value], row) => {
    batch.addRow(0, row, at, at + key.length, at + key.length, (at += key.length + value.length));
  });
  segment.rowCount = rows.length;
  return batch;
}

function copyAll(records: CopiedRecords, batch: RecordBatch): boolean[] {
  return batch.segments.flatMap((segment) =>
    Array.from({ length: segment.rowCount }, (_, row) => records.copy(batch, segment, segment.firstRow + row)),
  );
}

function contentOf(batch: RecordBatch): string[] {
  return batch.segments.flatMap(({ partition, bytes, firstRow, rowCount }) =>
    Array.from({ length: rowCount }, (_, n) => {
      const row = firstRow + n;
      const key = bytes.toString('utf8', (batch.keyStart[row] ?? 0) + 12, batch.keyEnd[row]);
      return `${partition} ${key} ${bytes.toString('utf8', batch.valueStart[row], batch.valueEnd[row])}`;
    }),
  );
}

describe('copied records', () => {
  it('are as they were, in a batch by partition, when the batch they came from is gone', () => {
    const records = new CopiedRecords(LIMITS);
    const first = batchOf(
      [
        { key: 'a', value: 'one' },
        { key: 'b', value: '' },
      ],
      5,
    );
    copyAll(records, first);
    first.segments[0]?.bytes.fill(0);
    copyAll(records, batchOf([{ key: 'c', value: 'two' }], 2));
    copyAll(records, batchOf([{ key: 'd', value: 'three' }], 5));
    const batch = new Batch('s', 1);
    fillBatch(batch, records.take(4));
    expect(contentOf(batch)).toEqual(['2 c two', '5 a one', '5 b ', '5 d three']);
    expect(batch.segments).toHaveLength(2);
  });

  it('are of a key the last one alone, which waits behind the others', () => {
    const records = new CopiedRecords(LIMITS);
    copyAll(
      records,
      batchOf([
        { key: 'a', value: '1' },
        { key: 'b', value: '1' },
        { key: 'a', value: '2' },
      ]),
    );
    expect(records.take(9).map(({ bytes }) => bytes.toString().slice(-2))).toEqual(['b1', 'a2']);
  });

  it('come back as the newest, unless a later one of their key has come', () => {
    const records = new CopiedRecords(LIMITS);
    copyAll(
      records,
      batchOf([
        { key: 'a', value: '1' },
        { key: 'b', value: '1' },
      ]),
    );
    const taken = records.take(2);
    copyAll(records, batchOf([{ key: 'a', value: '2' }]));
    for (const record of taken) records.putBack(record);
    expect(records.take(9).map(({ bytes }) => bytes.toString().slice(-2))).toEqual(['a2', 'b1']);
  });

  it('are so many, and so many bytes, at most', () => {
    const many = Array.from({ length: 12 }, (_, n) => ({ key: `key-${n}`, value: 'x' }));
    const full = new CopiedRecords(LIMITS);
    expect(copyAll(full, batchOf(many)).filter((isCopied) => isCopied)).toHaveLength(10);
    expect(full.isFull).toBe(true);
    const large = new CopiedRecords(LIMITS);
    const sizes = [9_000, 9_000, 10].map((length, n) => ({ key: `key-${n}`, value: 'x'.repeat(length) }));
    expect(copyAll(large, batchOf(sizes))).toEqual([true, false, true]);
    // Taken and dropped, all the room is there again.
    large.take(1);
    large.drop(Buffer.from(encodeKey('key-2')).toString('latin1'));
    expect(copyAll(large, batchOf(sizes.slice(0, 1)))).toEqual([true]);
  });

  it('keep to their bounds whatever is done, and give all room back', () => {
    const step = fc.oneof(
      fc.record({ copy: fc.nat({ max: 15 }), length: fc.nat({ max: 4_000 }) }),
      fc.record({ take: fc.nat({ max: 5 }), back: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const records = new CopiedRecords(LIMITS);
        for (const it of steps) {
          if ('copy' in it) copyAll(records, batchOf([{ key: `${it.copy}`, value: 'x'.repeat(it.length) }]));
          else for (const taken of records.take(it.take)) if (it.back) records.putBack(taken);
          expect(records.size).toBeLessThanOrEqual(LIMITS.records);
        }
        records.take(100);
        expect(copyAll(records, batchOf([{ key: 'k', value: 'x'.repeat(9_700) }]))).toEqual([true]);
      }),
    );
  });
});
