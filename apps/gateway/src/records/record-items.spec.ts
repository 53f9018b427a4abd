import { type FeatureField } from '@nearscore/records';
import { parseRecordItems } from './record-items';

const fields: FeatureField[] = [
  { name: 'amount', kind: 'float32', nullable: false },
  { name: 'country', kind: 'string', nullable: true },
];
const limits = { maxKeyBytes: 8, maxRecordsPerRequest: 4 };
const parse = (json: unknown) => parseRecordItems(json, fields, limits);
const detailsOf = (json: unknown) => {
  try {
    return { parsed: parse(json) };
  } catch (error) {
    const { code, details } = error as { code: string; details: Record<string, unknown> };
    return { code, ...details };
  }
};

describe('parseRecordItems', () => {
  test('keeps the order of the items', () => {
    const value = { amount: 1, country: null };
    expect(
      parse([
        { key: 'b', value },
        { key: 'a', value: { amount: 2 } },
      ]),
    ).toEqual([
      ['b', { amount: 1, country: null }],
      ['a', { amount: 2, country: null }],
    ]);
  });

  test('an empty array is no record', () => expect(parse([])).toEqual([]));

  test('tells every faulty item with its index and fields, and takes none', () => {
    const good = { key: 'a', value: { amount: 1 } };
    expect(
      detailsOf([good, { key: '', value: { amount: '1' } }, good, { key: 'k', value: { amount: 1, x: 1 } }]),
    ).toEqual({
      code: 'RECORDS_INVALID',
      faultyRecords: 2,
      issues: [
        { index: 1, field: 'key', message: expect.any(String) },
        { index: 1, field: 'value.amount', message: expect.stringContaining('float32') },
        { index: 3, field: 'value.x', message: expect.any(String) },
      ],
    });
  });

  test.each([[null], [1], ['k'], [[]], [{}], [{ key: 'a' }], [{ value: {} }], [{ key: 'a', value: {}, ttl: 1 }]])(
    'item %j is not an item',
    (item) => expect(detailsOf([item])).toMatchObject({ issues: [{ index: 0, field: '' }] }),
  );

  test.each([[{}], ['[]'], [null], [undefined], [7]])('body %j is no array', (body) =>
    expect(detailsOf(body)).toMatchObject({ code: 'BODY_MALFORMED' }),
  );

  test('limits the records of a request before it looks at them', () => {
    expect(detailsOf([1, 2, 3, 4, 5])).toMatchObject({ code: 'TOO_MANY_RECORDS', maxRecords: 4 });
  });
});
