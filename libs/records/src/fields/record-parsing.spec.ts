import fc from 'fast-check';
import { RecordFormatError } from '../records.errors';
import { type FeatureField } from './feature-fields';
import { parseRecord } from './record-parsing';

const FIELDS: FeatureField[] = [
  { name: 'amount', kind: 'float32', nullable: false },
  { name: 'age', kind: 'int8', nullable: true },
  { name: 'city', kind: 'string', nullable: true },
  { name: 'embedding', kind: 'float64', nullable: true, length: 2 },
];

function issuesOf(json: unknown, fields = FIELDS): string[] {
  try {
    parseRecord(fields, json);
  } catch (error) {
    if (!(error instanceof RecordFormatError)) throw error;
    return error.issues.map(({ field, message }) => `${field}: ${message}`);
  }
  return [];
}

describe('parseRecord', () => {
  it('gives every declared field, null for a missing one that may be', () => {
    expect(parseRecord(FIELDS, { amount: 1.5 })).toEqual({ amount: 1.5, age: null, city: null, embedding: null });
    const whole = { amount: -0.25, age: -128, city: 'Oslo', embedding: [1e300, 2] };
    expect(parseRecord(FIELDS, whole)).toEqual(whole);
  });

  it.each<[string, unknown, string[]]>([
    ['no object', [1], [': expected an object of fields']],
    ['null', null, [': expected an object of fields']],
    ['a missing field', {}, ['amount: is missing: expected a float32']],
    ['a null field', { amount: null }, ['amount: is missing: expected a float32']],
    ['an unknown field', { amount: 1, amuont: 2 }, ['amuont: is not a field of this stream']],
    ['a number as text', { amount: '1' }, ['amount: expected a float32']],
    ['a boolean', { amount: true }, ['amount: expected a float32']],
    ['an infinite double', { amount: 1e999 }, ['amount: expected a float32']],
    ['an infinite float', { amount: 1e39 }, ['amount: expected a float32']],
    ['a fraction', { amount: 1, age: 1.5 }, ['age: expected an int8 or null']],
    ['an integer too large', { amount: 1, age: 128 }, ['age: expected an int8 or null']],
    ['half a character', { amount: 1, city: '\ud83d' }, ['city: expected a string or null']],
    ['a short array', { amount: 1, embedding: [1] }, ['embedding: expected an array of 2 × float64 or null']],
    ['a wrong element', { amount: 1, embedding: [1, null] }, ['embedding[1]: expected a float64']],
    ['two faults', { age: 'x' }, ['amount: is missing: expected a float32', 'age: expected an int8 or null']],
  ])('refuses %s, by field and expectation', (_what, json, issues) => {
    expect(issuesOf(json)).toEqual(issues);
  });

  it('takes nothing from what every object inherits', () => {
    const inherited: FeatureField[] = [{ name: 'constructor', kind: 'string', nullable: false }];
    expect(issuesOf({}, inherited)).toEqual(['constructor: is missing: expected a string']);
    const own: FeatureField[] = [{ name: '__proto__', kind: 'int32', nullable: false }];
    expect(Object.entries(parseRecord(own, JSON.parse('{"__proto__":5}')))).toEqual([['__proto__', 5]]);
  });

  it('names at most twenty faults', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x${index}`, 1]));
    expect(issuesOf({ amount: 1, ...many })).toHaveLength(20);
  });

  it('returns what it was given or throws RecordFormatError, for any JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('amount', 'age', 'city', 'embedding'), fc.jsonValue()), (json) => {
        try {
          const values = parseRecord(FIELDS, json);
          for (const [name, value] of Object.entries(values)) expect(value).toEqual(json[name] ?? null);
        } catch (error) {
          expect(error).toBeInstanceOf(RecordFormatError);
        }
      }),
    );
  });
});
