import fc from 'fast-check';
import { Fields, GenericRecords } from 'hazelcast-client';
import { ClientSerialization } from '../../../../test/fixtures/client-serialization';
import { schemaIdOf } from './schema-id';

describe('schemaIdOf', () => {
  it('is the id that the client computes', () => {
    const record = GenericRecords.compact(
      'Transaction',
      { amount: Fields.FLOAT64, card: Fields.STRING },
      { amount: 1, card: null },
    );
    const schema = ClientSerialization.schemaOf(record);
    expect(schemaIdOf(schema)).toBe(schema.schemaId);
  });

  it('agrees for any names, in any order of the fields', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, unit: 'binary' }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), names, (typeName, fields) => {
        const types = Object.fromEntries(fields.map((name) => [name, Fields.INT32]));
        const record = GenericRecords.compact(typeName, types, Object.fromEntries(fields.map((name) => [name, 0])));
        const schema = ClientSerialization.schemaOf(record);
        expect(schemaIdOf({ ...schema, fields: [...schema.fields].reverse() })).toBe(schema.schemaId);
      }),
    );
  });
});
