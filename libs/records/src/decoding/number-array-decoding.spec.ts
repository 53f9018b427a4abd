import fc from 'fast-check';
import { completeModelConfig } from '../config/model-config-completion';
import { parseModelConfig } from '../config/model-config.schema';
import { createInputRows } from './input-rows';
import { RecordDecoder } from './record-decoder';

const FLOATS = -18;
const DOUBLES = -19;

function floatData(values: readonly number[]): Buffer {
  return arrayData(FLOATS, values, 4, (bytes, value, at) => bytes.writeFloatBE(value, at));
}

function doubleData(values: readonly number[]): Buffer {
  return arrayData(DOUBLES, values, 8, (bytes, value, at) => bytes.writeDoubleBE(value, at));
}

type Write = (bytes: Buffer, value: number, at: number) => void;

function arrayData(type: number, values: readonly number[], size: number, write: Write): Buffer {
  const bytes = Buffer.alloc(12 + values.length * size);
  bytes.writeInt32BE(type, 4);
  bytes.writeInt32BE(values.length, 8);
  values.forEach((value, index) => write(bytes, value, 12 + index * size));
  return bytes;
}

function decode(bytes: Buffer, features: readonly (string | object)[], end = bytes.length) {
  const config = completeModelConfig(parseModelConfig({ features }), {
    inputs: [{ name: 'x', datatype: 'float32', shape: [null, null] }],
    outputs: [{ name: 'y', datatype: 'float32', shape: [null, 1] }],
  });
  const rows = createInputRows(config, 1);
  const failure = new RecordDecoder(config).decode(bytes, 0, end, rows, 0);
  return { failure, row: Array.from(rows[0]?.data as Float32Array) };
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `f${index}`);
const finite = fc.float({ noNaN: true, noDefaultInfinity: true });

describe('decoding float[] and double[]', () => {
  it('takes the values in order', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 40 }), (values) => {
        expect(decode(floatData(values), names(values.length))).toEqual({ failure: undefined, row: values });
        expect(decode(doubleData(values), names(values.length))).toEqual({ failure: undefined, row: values });
      }),
    );
  });

  it('names the feature that is not a finite number, before or after the cast', () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      expect(decode(floatData([1, bad]), names(2)).failure).toMatchObject({ code: 'NOT_A_NUMBER', field: 'f1' });
      expect(decode(doubleData([bad, 1]), names(2)).failure).toMatchObject({ code: 'NOT_A_NUMBER', field: 'f0' });
    }
    expect(decode(doubleData([1, 1e39]), names(2)).failure).toMatchObject({ code: 'OUT_OF_RANGE', field: 'f1' });
  });

  it('goes by the kinds, scaling and arrays of the features', () => {
    const features = [
      { name: 'flag', type: 'boolean' },
      { name: 'amount', scale: { mean: 1, std: 2 } },
      { name: 'embedding', type: 'float32[]', length: 2 },
    ];
    expect(decode(floatData([1, 5, 0.5, 0.25]), features).row).toEqual([1, 2, 0.5, 0.25]);
    expect(decode(floatData([2, 5, 1, 1]), features).failure).toMatchObject({ code: 'OUT_OF_RANGE', field: 'flag' });
    expect(decode(floatData([1, 5, 1, NaN]), features).failure).toMatchObject({ field: 'embedding[1]' });
    expect(decode(floatData([0]), [{ name: 'a', categories: ['x'] }]).failure).toMatchObject({ code: 'WRONG_KIND' });
  });

  it('wants exactly as many values as the model', () => {
    expect(decode(floatData([1, 2, 3]), names(2)).failure).toMatchObject({ code: 'WRONG_LENGTH' });
    expect(decode(doubleData([1]), names(2)).failure).toMatchObject({ code: 'WRONG_LENGTH' });
  });

  it('is MALFORMED wherever it is cut', () => {
    const bytes = floatData([1, 2, 3]);
    for (let end = 0; end < bytes.length; end++) {
      expect(decode(bytes, names(3), end).failure).toMatchObject({ code: 'MALFORMED' });
    }
    bytes.writeInt32BE(-1, 8);
    expect(decode(bytes, names(3)).failure).toMatchObject({ code: 'MALFORMED' });
  });

  it('refuses values of other types', () => {
    const bytes = floatData([1]);
    for (const type of [0, -11, -12, -16, 7]) {
      bytes.writeInt32BE(type, 4);
      expect(decode(bytes, names(1)).failure).toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
    }
  });
});
