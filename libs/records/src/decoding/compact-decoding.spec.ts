import fc from 'fast-check';
import { Fields, type GenericRecord, GenericRecords } from 'hazelcast-client';
import Long from 'long';
import { ClientSerialization } from '../../../../test/fixtures/client-serialization';
import {
  CATEGORIES,
  type ClientField,
  clientFields,
  readByClient,
  toGenericRecord,
} from '../../../../test/fixtures/compact-records';
import { completeModelConfig } from '../config/model-config-completion';
import { type FeatureInput, parseModelConfig } from '../config/model-config.schema';
import { type TensorDatatype } from '../config/model-signature';
import { createInputRows } from './input-rows';
import { RecordDecoder } from './record-decoder';

const client = new ClientSerialization();

function decoderFor(features: readonly object[], datatype: TensorDatatype = 'float32') {
  const config = completeModelConfig(parseModelConfig({ features }), {
    inputs: [{ name: 'x', datatype, shape: [null, null] }],
    outputs: [{ name: 'y', datatype: 'float32', shape: [null, 1] }],
  });
  return { decoder: new RecordDecoder(config), rows: createInputRows(config, 2) };
}

/** Decodes into the second of two rows. */
function decode(record: GenericRecord, features: readonly object[], datatype: TensorDatatype = 'float32') {
  const { decoder, rows } = decoderFor(features, datatype);
  client.addSchema((record as unknown as { getSchema(): never }).getSchema());
  decoder.addSchema(ClientSerialization.schemaOf(record));
  const bytes = client.toBytes(record);
  const failure = decoder.decode(bytes, 0, bytes.length, rows, 1);
  const data = Array.from((rows[0] as { data: ArrayLike<number | bigint> }).data);
  return { failure, row: data.slice(data.length / 2), first: data.slice(0, data.length / 2) };
}

const DEFAULTS: Record<string, unknown> = { boolean: true, string: 'green' };

/** The feature that takes a field as it is; every other has a default. */
function featureFor(
  { name, kind: { feature, isArray } }: ClientField,
  index: number,
): FeatureInput & { default?: unknown } {
  return {
    name,
    type: (isArray ? `${feature}[]` : feature) as NonNullable<FeatureInput['type']>,
    ...(isArray ? { length: 3 } : {}),
    ...(feature === 'string' ? { categories: CATEGORIES as never } : {}),
    ...(index % 2 === 0 ? { default: DEFAULTS[feature] ?? 7 } : {}),
  } as never;
}

/** What should stand in a float32 tensor for what the client read, or the code of the failure. */
function expectedElement(value: unknown, whenMissing: unknown): number | string {
  const present = value ?? whenMissing;
  if (present === undefined) return 'MISSING_FIELD';
  if (typeof present === 'string')
    return CATEGORIES.includes(present) ? CATEGORIES.indexOf(present) : 'UNKNOWN_CATEGORY';
  const number = Number(present);
  if (!Number.isFinite(number)) return 'NOT_A_NUMBER';
  return Number.isFinite(Math.fround(number)) ? Math.fround(number) : 'OUT_OF_RANGE';
}

function expectedRow(record: GenericRecord, fields: readonly ClientField[]): (number | string)[] {
  return fields.flatMap((field, index) => {
    const value = readByClient(record, field);
    const whenMissing = featureFor(field, index).default;
    const elements = field.kind.isArray ? ((value ?? [null, null, null]) as unknown[]) : [value];
    return elements.map((element) => expectedElement(element, whenMissing));
  });
}

const float = (name: string, value: number) =>
  GenericRecords.compact('One', { [name]: Fields.FLOAT32 }, { [name]: value });

describe('decoding Compact', () => {
  it('gives what the client reads, for any schema and values', () => {
    let decoded = 0;
    fc.assert(
      fc.property(clientFields, fc.infiniteStream(fc.nat()), (fields, order) => {
        const shuffled = [...fields].map((field) => ({ field, key: order.next().value as number }));
        const inModelOrder = shuffled.sort((one, other) => one.key - other.key).map(({ field }) => field);
        const record = toGenericRecord(fields);
        const read = client.fromBytes(client.toBytes(withSchema(record))) as GenericRecord;
        const expected = expectedRow(read, inModelOrder);
        const { failure, row, first } = decode(record, inModelOrder.map(featureFor));
        expect(first.every((value) => value === 0)).toBe(true);
        const wrong = expected.find((value) => typeof value === 'string');
        if (wrong !== undefined) expect(failure).toMatchObject({ kind: 'failure', code: wrong });
        else {
          expect(failure).toBeUndefined();
          expect(row).toEqual(expected);
          decoded++;
        }
      }),
      { numRuns: 250 },
    );
    expect(decoded).toBeGreaterThan(20);
  });

  it('gives all-float32 records what the client reads', () => {
    const values = fc.array(fc.float(), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, (floats) => {
        const fields = floats.map((value, index) => [`f${index}`, value] as const);
        const types = Object.fromEntries(fields.map(([name]) => [name, Fields.FLOAT32]));
        const record = GenericRecords.compact('Floats', types, Object.fromEntries(fields));
        const { failure, row } = decode(
          record,
          fields.map(([name]) => ({ name })),
        );
        const bad = floats.findIndex((value) => !Number.isFinite(value));
        if (bad >= 0) expect(failure).toMatchObject({ code: 'NOT_A_NUMBER', field: `f${bad}` });
        else expect(row).toEqual(floats);
      }),
    );
  });

  it('keeps every int64 exact in an int64 tensor', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.integer(), (wide, narrow) => {
        const record = GenericRecords.compact(
          'Ids',
          { wide: Fields.INT64, narrow: Fields.NULLABLE_INT32 },
          { wide: Long.fromString(wide.toString()), narrow },
        );
        const { failure, row } = decode(
          record,
          ['narrow', 'wide'].map((name) => ({ name })),
          'int64',
        );
        expect(failure).toBeUndefined();
        expect(row).toEqual([BigInt(narrow), wide]);
      }),
    );
  });

  it('reads offsets of one, two and four bytes, and knows where each begins', () => {
    // The data is 28 bytes longer.
    for (const padding of [226, 227, 228, 300, 65_506, 65_507, 65_508, 70_000]) {
      const record = GenericRecords.compact(
        'Padded',
        { a: Fields.STRING, b: Fields.NULLABLE_FLOAT64, c: Fields.NULLABLE_INT16, d: Fields.ARRAY_OF_FLOAT32 },
        { a: 'x'.repeat(padding), b: 2.5, c: null, d: [1, 2, 3] },
      );
      const features = [{ name: 'b' }, { name: 'c', default: -1 }, { name: 'd', type: 'float32[]', length: 3 }];
      expect(decode(record, features)).toMatchObject({ failure: undefined, row: [2.5, -1, 1, 2, 3] });
    }
  });

  it('puts no negative number into an unsigned tensor', () => {
    const record = GenericRecords.compact('Signed', { a: Fields.INT32, b: Fields.INT64 }, { a: -1, b: Long.MAX_VALUE });
    expect(decode(record, [{ name: 'b' }], 'uint64')).toMatchObject({ failure: undefined, row: [2n ** 63n - 1n] });
    for (const datatype of ['uint64', 'uint32', 'uint8'] as const) {
      expect(decode(record, [{ name: 'a' }], datatype).failure).toMatchObject({ code: 'OUT_OF_RANGE', field: 'a' });
    }
  });

  it('scales, with the default in the unit of the record', () => {
    const features = [
      { name: 'a', scale: { mean: 10, std: 4 } },
      { name: 'b', scale: { min: 10, max: 30 }, default: 15 },
    ];
    const record = GenericRecords.compact('Two', { a: Fields.INT32, c: Fields.INT32 }, { a: 16, c: 1 });
    expect(decode(record, features)).toMatchObject({ failure: undefined, row: [1.5, 0.25] });
  });

  it.each([
    ['a string for a number', { a: Fields.STRING }, { a: '1' }, { name: 'a' }, 'WRONG_KIND'],
    ['a boolean for a number', { a: Fields.BOOLEAN }, { a: true }, { name: 'a' }, 'WRONG_KIND'],
    ['a number for a category', { a: Fields.INT32 }, { a: 1 }, { name: 'a', categories: ['x', 'y'] }, 'WRONG_KIND'],
    ['an array for a number', { a: Fields.ARRAY_OF_FLOAT32 }, { a: [1] }, { name: 'a' }, 'WRONG_KIND'],
    [
      'a number for an array',
      { a: Fields.FLOAT32 },
      { a: 1 },
      { name: 'a', type: 'float32[]', length: 1 },
      'WRONG_KIND',
    ],
    ['a date for a number', { a: Fields.DATE }, { a: null }, { name: 'a' }, 'WRONG_KIND'],
    [
      'a wrong length',
      { a: Fields.ARRAY_OF_INT16 },
      { a: [1] },
      { name: 'a', type: 'int16[]', length: 2 },
      'WRONG_LENGTH',
    ],
    ['a missing field', { b: Fields.FLOAT32 }, { b: 1 }, { name: 'a' }, 'MISSING_FIELD'],
    ['null', { a: Fields.NULLABLE_FLOAT32 }, { a: null }, { name: 'a' }, 'MISSING_FIELD'],
    ['a fraction for an integer', { a: Fields.FLOAT64 }, { a: 1.5 }, { name: 'a', type: 'int32' }, 'OUT_OF_RANGE'],
    ['an integer too large', { a: Fields.INT32 }, { a: 200 }, { name: 'a', type: 'int8' }, 'OUT_OF_RANGE'],
    ['NaN where missing has a default', { a: Fields.FLOAT32 }, { a: NaN }, { name: 'a', default: 1 }, 'NOT_A_NUMBER'],
  ])('refuses %s', (_what, types, values, feature, code) => {
    const { failure } = decode(GenericRecords.compact('Wrong', types as never, values as never), [feature]);
    expect(failure).toMatchObject({ kind: 'failure', code });
    if (code !== 'MALFORMED') expect(failure).toMatchObject({ field: 'a' });
  });

  it('asks for a schema that it does not know, and goes on when given it', () => {
    const { decoder, rows } = decoderFor([{ name: 'a' }]);
    const record = float('a', 4);
    const bytes = client.toBytes(withSchema(record));
    const { schemaId } = ClientSerialization.schemaOf(record);
    expect(decoder.decode(bytes, 0, bytes.length, rows, 0)).toEqual({ kind: 'unknown-schema', schemaId });
    decoder.addSchema(ClientSerialization.schemaOf(record));
    expect(decoder.decode(bytes, 0, bytes.length, rows, 0)).toBeUndefined();
    expect(rows[0]?.data[0]).toBe(4);
  });

  it('tells neighbours of two schemas apart', () => {
    const { decoder, rows } = decoderFor([{ name: 'a' }]);
    const wide = GenericRecords.compact('Wide', { a: Fields.FLOAT32, b: Fields.INT64 }, { a: 2, b: Long.ONE });
    for (const [index, record] of [float('a', 1), wide, float('a', 3), wide].entries()) {
      const bytes = client.toBytes(withSchema(record));
      decoder.addSchema(ClientSerialization.schemaOf(record));
      expect(decoder.decode(bytes, 0, bytes.length, rows, 0)).toBeUndefined();
      expect(rows[0]?.data[0]).toBe([1, 2, 3, 2][index]);
    }
  });
});

describe('schemas', () => {
  it('are told apart by both halves of their ids', () => {
    const { decoder, rows } = decoderFor([{ name: 'a' }]);
    const wide = GenericRecords.compact('Wide', { a: Fields.FLOAT32, b: Fields.INT64 }, { a: 2, b: Long.ONE });
    for (const [record, schemaId] of [
      [float('a', 1), (1n << 32n) | 5n],
      [wide, (2n << 32n) | 5n],
      [float('a', 1), (2n << 32n) | 6n],
    ] as const) {
      decoder.addSchema({ ...ClientSerialization.schemaOf(record), schemaId });
      const bytes = Buffer.from(client.toBytes(withSchema(record)));
      bytes.writeBigInt64BE(schemaId, 8);
      expect(decoder.decode(bytes, 0, bytes.length, rows, 0)).toBeUndefined();
    }
  });
});

describe('broken Compact bytes', () => {
  it('are MALFORMED wherever they are cut', () => {
    fc.assert(
      fc.property(clientFields, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (fields, share) => {
        const record = toGenericRecord(fields);
        const { decoder, rows } = decoderFor(fields.map(featureFor));
        decoder.addSchema(ClientSerialization.schemaOf(record));
        const bytes = client.toBytes(withSchema(record));
        const cut = Math.floor(share * bytes.length);
        expect(decoder.decode(bytes, 0, cut, rows, 1)).toMatchObject({ kind: 'failure', code: 'MALFORMED' });
      }),
      { numRuns: 100 },
    );
  });

  it('are MALFORMED with a byte too many', () => {
    for (const record of [
      float('a', 1),
      GenericRecords.compact('Text', { a: Fields.FLOAT32, b: Fields.STRING }, { a: 1, b: null }),
    ]) {
      const { decoder, rows } = decoderFor([{ name: 'a' }]);
      decoder.addSchema(ClientSerialization.schemaOf(record));
      const bytes = Buffer.concat([client.toBytes(withSchema(record)), Buffer.alloc(1)]);
      expect(decoder.decode(bytes, 0, bytes.length - 1, rows, 0)).toBeUndefined();
      expect(decoder.decode(bytes, 0, bytes.length, rows, 0)).toMatchObject({ code: 'MALFORMED' });
    }
  });

  it.each([
    ['one byte', 10, 1],
    ['two bytes', 1_000, 2],
    ['four bytes', 100_000, 4],
  ])('are MALFORMED when an offset of %s points out of the variable-size data', (_what, padding, size) => {
    const types = { a: Fields.INT64, b: Fields.NULLABLE_FLOAT32, c: Fields.STRING };
    const record = GenericRecords.compact('Offsets', types, { a: Long.ONE, b: 2.5, c: 'x'.repeat(padding) });
    const { decoder, rows } = decoderFor([{ name: 'b' }]);
    decoder.addSchema(ClientSerialization.schemaOf(record));
    const bytes = client.toBytes(withSchema(record));
    const offsets = bytes.length - 2 * size;
    const dataLength = bytes.readInt32BE(16);
    expect(decoder.decode(bytes, 0, bytes.length, rows, 0)).toBeUndefined();
    const largest = 2 ** (8 * size);
    for (const offset of [0, 7, dataLength - 3, dataLength, largest - 2, largest / 2]) {
      if (offset >= 8 && offset + 4 <= dataLength) continue;
      bytes.writeUIntBE(offset, offsets, size);
      expect(decoder.decode(bytes, 0, bytes.length, rows, 0)).toMatchObject({ code: 'MALFORMED', field: 'b' });
    }
    bytes.writeUIntBE(largest - 1, offsets, size);
    expect(decoder.decode(bytes, 0, bytes.length, rows, 0)).toMatchObject({ code: 'MISSING_FIELD' });
  });

  it('are MALFORMED when an array or text does not end within the data', () => {
    const types = { a: Fields.ARRAY_OF_INT32, b: Fields.STRING };
    const record = GenericRecords.compact('Ends', types, { a: [3, 3, 3], b: 'xyz' });
    const features = [
      { name: 'b', categories: ['xyz', ''] },
      { name: 'a', type: 'int32[]', length: 3 },
    ];
    const { decoder, rows } = decoderFor(features);
    decoder.addSchema(ClientSerialization.schemaOf(record));
    const whole = client.toBytes(withSchema(record));
    const textAt = whole.length - 2 - 7;
    const changed = (write: (bytes: Buffer) => void) => {
      const bytes = Buffer.from(whole);
      write(bytes);
      return decoder.decode(bytes, 0, bytes.length, rows, 0);
    };
    expect(changed(() => undefined)).toBeUndefined();
    expect(changed((bytes) => bytes.writeInt32BE(-1, textAt))).toMatchObject({ code: 'MALFORMED', field: 'b' });
    expect(changed((bytes) => bytes.writeUInt8(0xff, textAt + 4))).toMatchObject({ code: 'MALFORMED', field: 'b' });
    expect(changed((bytes) => bytes.writeInt32BE(4, textAt))).toMatchObject({ code: 'MALFORMED', field: 'b' });
    // From its last element on, the array would be 3 elements long, too.
    expect(changed((bytes) => bytes.writeUInt8(12, whole.length - 2))).toMatchObject({ code: 'MALFORMED', field: 'a' });
  });

  it('never throw, and never let in what lies around them', () => {
    const mutation = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(clientFields, fc.array(mutation, { minLength: 1, maxLength: 4 }), (fields, mutations) => {
        const record = toGenericRecord(fields);
        const schema = ClientSerialization.schemaOf(record);
        const bytes = Buffer.from(client.toBytes(withSchema(record)));
        for (const [position, byte] of mutations) bytes[16 + (position % (bytes.length - 16))] = byte;
        const { decoder, rows } = decoderFor(fields.map(featureFor));
        decoder.addSchema(schema);
        const outcomes = [0x00, 0xff].map((surroundings) => {
          const memory = Buffer.alloc(bytes.length + 128, surroundings);
          bytes.copy(memory, 64);
          const failure = decoder.decode(memory, 64, 64 + bytes.length, rows, 1);
          return failure ?? Array.from((rows[0] as { data: Float32Array }).data);
        });
        expect(outcomes[0]).toEqual(outcomes[1]);
      }),
      { numRuns: 300 },
    );
  });
});

function withSchema(record: GenericRecord): GenericRecord {
  client.addSchema((record as unknown as { getSchema(): never }).getSchema());
  return record;
}
