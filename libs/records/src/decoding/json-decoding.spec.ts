import fc from 'fast-check';
import { HazelcastJsonValue } from 'hazelcast-client';
import { ClientSerialization } from '../../../../test/fixtures/client-serialization';
import { completeModelConfig } from '../config/model-config-completion';
import { parseModelConfig } from '../config/model-config.schema';
import { type TensorDatatype } from '../config/model-signature';
import { createInputRows } from './input-rows';
import { RecordDecoder } from './record-decoder';

const client = new ClientSerialization();

function jsonData(text: string | Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeInt32BE(-130, 4);
  head.writeInt32BE(Buffer.byteLength(text), 8);
  return Buffer.concat([head, Buffer.from(text)]);
}

function decodeBytes(
  bytes: Buffer,
  features: readonly (string | object)[],
  datatype: TensorDatatype,
  end = bytes.length,
) {
  const config = completeModelConfig(parseModelConfig({ features }), {
    inputs: [{ name: 'x', datatype, shape: [null, null] }],
    outputs: [{ name: 'y', datatype: 'float32', shape: [null, 1] }],
  });
  const rows = createInputRows(config, 1);
  const failure = new RecordDecoder(config).decode(bytes, 0, end, rows, 0);
  return { failure, row: Array.from(rows[0]?.data as ArrayLike<unknown>) };
}

const decode = (text: string, features: readonly (string | object)[], datatype: TensorDatatype = 'float32') =>
  decodeBytes(jsonData(text), features, datatype);

describe('decoding HazelcastJsonValue', () => {
  it('takes an object by names and an array in order, as the client writes them', () => {
    const record = fc.dictionary(fc.string({ minLength: 1 }), fc.float({ noNaN: true, noDefaultInfinity: true }), {
      minKeys: 1,
    });
    fc.assert(
      fc.property(record, (values) => {
        const names = Object.keys(values).reverse();
        const expected = { failure: undefined, row: names.map((name) => values[name]) };
        for (const json of [{ 'not a feature': 'x', ...values }, expected.row]) {
          const bytes = client.toBytes(new HazelcastJsonValue(JSON.stringify(json)));
          // JSON has no −0.
          expect(decodeBytes(bytes, names, 'float32').row.map((value) => Number(value) + 0)).toEqual(
            expected.row.map((value) => Number(value) + 0),
          );
        }
      }),
    );
  });

  it('takes text by category, booleans, arrays, and defaults for what is missing or null', () => {
    const features = [
      { name: 'colour', categories: { red: 3, green: 5 } },
      { name: 'flag', type: 'boolean' },
      { name: 'embedding', type: 'float32[]', length: 2, default: 9 },
      { name: 'late', default: 7 },
    ];
    expect(decode('{"colour":"green","flag":true,"embedding":[1,null],"late":null}', features).row).toEqual([
      5, 1, 1, 9, 7,
    ]);
    expect(decode('{"colour":"red","flag":false}', features).row).toEqual([3, 0, 9, 9, 7]);
    expect(decode('["red",false,1,2,3]', features).row).toEqual([3, 0, 1, 2, 3]);
  });

  it('keeps text for a string tensor', () => {
    expect(decode('{"a":"grün 🐟"}', ['a'], 'string').row).toEqual(['grün 🐟']);
    expect(decode('{"a":"\\ud800"}', ['a'], 'string').failure).toMatchObject({ code: 'MALFORMED', field: 'a' });
  });

  it.each([
    ['null', '{"a":null}', 'MISSING_FIELD', 'a'],
    ['a missing field', '{"b":1}', 'MISSING_FIELD', 'a'],
    ['a number as text', '{"a":"1"}', 'WRONG_KIND', 'a'],
    ['a boolean', '{"a":true}', 'WRONG_KIND', 'a'],
    ['an object', '{"a":{}}', 'WRONG_KIND', 'a'],
    ['an array', '{"a":[1]}', 'WRONG_KIND', 'a'],
    ['an infinite double', '{"a":1e999}', 'NOT_A_NUMBER', 'a'],
    ['an infinite float', '{"a":1e39}', 'OUT_OF_RANGE', 'a'],
    ['a negative infinite float', '{"a":-1e39}', 'OUT_OF_RANGE', 'a'],
    ['too many values', '[1,2]', 'WRONG_LENGTH', undefined],
    ['no values', '[]', 'WRONG_LENGTH', undefined],
    ['a scalar', '1', 'WRONG_KIND', undefined],
    ['null alone', 'null', 'WRONG_KIND', undefined],
    ['NaN', '{"a":NaN}', 'MALFORMED', undefined],
    ['nothing', '', 'MALFORMED', undefined],
    ['two documents', '{"a":1}{"a":2}', 'MALFORMED', undefined],
    ['a trailing comma', '{"a":1,}', 'MALFORMED', undefined],
  ])('refuses %s', (_what, text, code, field) => {
    const { failure } = decode(text, ['a']);
    expect(failure).toMatchObject(field === undefined ? { code } : { code, field });
  });

  it('refuses an integer that a JavaScript number may have changed', () => {
    expect(decode('{"a":9007199254740993}', ['a'], 'int64').failure).toMatchObject({ code: 'OUT_OF_RANGE' });
    expect(decode('{"a":9007199254740991}', ['a'], 'int64').row).toEqual([9007199254740991n]);
  });

  it('takes nothing from what every object inherits', () => {
    expect(decode('{}', ['constructor']).failure).toMatchObject({ code: 'MISSING_FIELD' });
    expect(decode('{"__proto__":{"a":1}}', ['a']).failure).toMatchObject({ code: 'MISSING_FIELD' });
    expect(decode('{"__proto__":1}', ['__proto__']).row).toEqual([1]);
  });

  it('takes 32 levels, and refuses deeper ones before parsing them', () => {
    const nested = (depth: number) => `{"a":1,"b":${'['.repeat(depth)}"]]\\"[["${']'.repeat(depth)}}`;
    expect(decode(nested(31), ['a']).row).toEqual([1]);
    expect(decode(nested(32), ['a']).failure).toMatchObject({ code: 'MALFORMED' });
    expect(decode('['.repeat(1_000_000), ['a']).failure).toMatchObject({ code: 'MALFORMED' });
  });

  it('refuses bytes that are not UTF-8, or cut', () => {
    const bytes = jsonData(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
    expect(decodeBytes(bytes, [{ name: 'a', default: 0 }], 'float32').failure).toMatchObject({ code: 'MALFORMED' });
    const whole = jsonData('{"a":12}');
    for (let end = 0; end < whole.length; end++) {
      expect(decodeBytes(whole, ['a'], 'float32', end).failure).toMatchObject({ code: 'MALFORMED' });
    }
  });

  it('never says a value in a failure', () => {
    const secrets = ['{"a":"s3cret"}', '{"a":7777777e300}', '{"a":s3cret}', '["s3cret"]', '{"a":[7777777]}'];
    for (const text of secrets) {
      const { failure } = decode(text, ['a']);
      expect(JSON.stringify(failure)).not.toMatch(/s3cret|7777777/);
      expect(failure).toBeDefined();
    }
  });
});
