import { type FeatureField } from '@nearscore/records';
import { parseCell } from './csv-cell';

const field = (kind: FeatureField['kind'], length?: number): FeatureField => ({
  ...{ name: 'f', kind, nullable: false },
  ...(length !== undefined && { length }),
});

it.each([
  ['float32', '1', 1],
  ['float64', '-1.5e-3', -0.0015],
  ['float64', '+.5', 0.5],
  ['float64', '2.', 2],
  ['int32', '-12', -12],
  ['int64', '9007199254740991', 9007199254740991],
  ['boolean', 'true', true],
  ['boolean', 'false', false],
  ['string', ' 1 ', ' 1 '],
  ['string', '', null],
  ['int8', '', null],
] as const)('%s %j is %j', (kind, text, value) => expect(parseCell(field(kind), text)).toBe(value));

it.each([
  ['float32', 'NaN'],
  ['float32', 'Infinity'],
  ['float32', '0x10'],
  ['float32', '1,5'],
  ['float32', ' 1'],
  ['float32', '.'],
  ['int32', '1.0'],
  ['int32', '1e3'],
  ['int32', '+1'],
  ['int64', '9007199254740993'],
  ['boolean', 'TRUE'],
  ['boolean', '1'],
] as const)('%s %j is none', (kind, text) => expect(parseCell(field(kind), text)).toBeUndefined());

it('reads an array as JSON', () => {
  expect(parseCell(field('float32', 2), '[1, 2.5]')).toEqual([1, 2.5]);
  expect(parseCell(field('string', 2), '["a", ""]')).toEqual(['a', '']);
  for (const text of ['1 2', '[1', '[[1]]', '[9007199254740993]'])
    expect(parseCell(field('float32', 1), text)).toBeUndefined();
});
