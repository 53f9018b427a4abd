import fc from 'fast-check';
import { type GenericRecord } from 'hazelcast-client';
import { ClientSerialization } from '../../../../test/fixtures/client-serialization';
import { type LabelConfig, type ModelConfig } from '../config/model-config';
import { type OutputColumns } from './output-columns';
import { PredictionRecord } from './prediction';
import { PREDICTION_SCHEMA } from './prediction.schema';
import { decodePrediction } from './prediction-decoding';
import { PredictionEncoder } from './prediction-encoder';
import { predictionSerializer } from './prediction-serializer';

const float = fc.float({ noNaN: true, noDefaultInfinity: true });
const counter = fc.maxSafeNat();

function configFor(columns: number, label: LabelConfig, column: number | 'highest' = columns - 1): ModelConfig {
  return {
    inputs: [],
    score: { output: 'probabilities', columns, column },
    scores: { output: 'probabilities', columns },
    label,
  };
}

function outputsOf(scores: readonly number[][], label: readonly (bigint | string)[] = []): OutputColumns {
  return {
    probabilities: {
      datatype: 'float32',
      data: Float32Array.from(scores.flat()),
      dims: [scores.length, scores[0]?.length ?? 0],
    },
    label: { datatype: typeof label[0] === 'string' ? 'string' : 'int64', data: label, dims: [label.length] },
  };
}

const prediction = fc
  .tuple(
    fc.array(float, { minLength: 1, maxLength: 40 }),
    fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.record({ version: fc.nat(), epoch: counter, sourceSequence: counter, scoredAt: counter }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  )
  .map(
    ([scores, label, model, { version, epoch, sourceSequence, scoredAt }, fingerprint]) =>
      new PredictionRecord(
        scores[scores.length - 1] as number,
        label,
        scores,
        model,
        version,
        epoch,
        sourceSequence,
        fingerprint,
        scoredAt,
      ),
  );

/** By the encoder, from outputs of three rows of which the last is the prediction's. */
function encode(wanted: PredictionRecord): Buffer {
  const { scores, label, model, version, epoch } = wanted;
  const from: LabelConfig =
    label === null ? { from: 'nowhere' } : { from: 'output', output: 'label', names: ['other', label] };
  const encoder = new PredictionEncoder({ config: configFor(scores.length, from), model, version, epoch });
  const other = scores.map(() => 0.5);
  const outputs = outputsOf([other, other, [...scores]], [0n, 0n, 1n]);
  const target = Buffer.alloc(10 + encoder.maxByteLength, 0xee);
  const fingerprint = {
    high: Number(BigInt.asIntN(32, wanted.fingerprint >> 32n)),
    low: Number(BigInt.asIntN(32, wanted.fingerprint)),
  };
  const end = encoder.encode(target, 10, outputs, 2, wanted.sourceSequence, fingerprint, wanted.scoredAt);
  return target.subarray(10, end);
}

describe('a prediction', () => {
  it('is the same bytes by the encoder as by the client with the serializer, and read back by both', () => {
    const client = new ClientSerialization([predictionSerializer]);
    fc.assert(
      fc.property(prediction, (wanted) => {
        const bytes = encode(wanted);
        expect(bytes.equals(client.toBytes(wanted))).toBe(true);
        expect(client.fromBytes(bytes)).toEqual(wanted);
        expect({ ...decodePrediction(bytes) }).toEqual({ ...wanted });
      }),
    );
  });

  it('is a GenericRecord to a client without the serializer', () => {
    const typed = new ClientSerialization([predictionSerializer]);
    const plain = new ClientSerialization();
    const wanted = new PredictionRecord(
      0.75,
      'fraud',
      [0.25, 0.75],
      'fraud',
      3,
      2,
      2 ** 40 + 5,
      -7n,
      1_700_000_000_123,
    );
    typed.toBytes(wanted);
    for (const schema of typed.schemas.values()) plain.addSchema(schema);
    const record = plain.fromBytes(encode(wanted)) as GenericRecord;
    expect(record.getFieldNames()).toEqual(new Set(PREDICTION_SCHEMA.fields.map(({ name }) => name)));
    expect([record.getFloat32('score'), record.getString('label'), record.getArrayOfFloat32('scores')]).toEqual([
      0.75,
      'fraud',
      [0.25, 0.75],
    ]);
    expect([record.getString('model'), record.getInt32('version')]).toEqual(['fraud', 3]);
    const longs = ['epoch', 'sourceSequence', 'fingerprint', 'scoredAt'].map((name) =>
      record.getInt64(name).toString(),
    );
    expect(longs).toEqual(['2', String(2 ** 40 + 5), '-7', '1700000000123']);
  });

  it('has the schema that the client derives from the serializer', () => {
    const client = new ClientSerialization([predictionSerializer]);
    client.toBytes(new PredictionRecord(0, null, [], 'm', 1, 1, 0, 0n, 0));
    const [schema] = client.schemas.values();
    expect(schema?.schemaId.toString()).toBe(PREDICTION_SCHEMA.schemaId.toString());
    expect(schema?.typeName).toBe(PREDICTION_SCHEMA.typeName);
    expect(schema?.fields.map(({ fieldName, kind }) => ({ name: fieldName, kind }))).toEqual(PREDICTION_SCHEMA.fields);
  });

  it('is none to the reader wherever it is cut', () => {
    fc.assert(
      fc.property(prediction, fc.nat(), (wanted, at) => {
        const bytes = encode(wanted);
        expect(decodePrediction(bytes.subarray(0, at % bytes.length))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing in the reader when a byte was changed', () => {
    fc.assert(
      fc.property(prediction, fc.nat(), fc.nat({ max: 255 }), (wanted, at, byte) => {
        const bytes = Buffer.from(encode(wanted));
        bytes[at % bytes.length] = byte;
        expect(() => decodePrediction(bytes)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  it('is none in the bytes of another type or schema', () => {
    const client = new ClientSerialization([predictionSerializer]);
    const other = {
      getClass: () => Other,
      getTypeName: () => 'other',
      read: () => new Other(),
      write: () => undefined,
    };
    for (const value of ['text', 5, [1, 2], null]) expect(decodePrediction(client.toBytes(value))).toBeUndefined();
    expect(decodePrediction(new ClientSerialization([other]).toBytes(new Other()))).toBeUndefined();
  });
});

class Other {}

describe('PredictionEncoder', () => {
  const origin = { model: 'm', version: 1, epoch: 1 };
  const noFingerprint = { high: 0, low: 0 };

  function encodeRow(config: ModelConfig, outputs: OutputColumns, row = 0) {
    const encoder = new PredictionEncoder({ ...origin, config });
    const target = Buffer.alloc(encoder.maxByteLength);
    const end = encoder.encode(target, 0, outputs, row, 5, noFingerprint, 9);
    return end === -1 ? encoder.refusal : decodePrediction(target.subarray(0, end));
  }

  it('takes the label from the threshold, as float32', () => {
    const config = configFor(2, { from: 'threshold', threshold: 0.7, names: ['low', 'high'] });
    const rows = [
      [0.3, 0.7],
      [0.4, 0.6],
    ];
    expect(encodeRow(config, outputsOf(rows), 0)).toMatchObject({ label: 'high' });
    expect(encodeRow(config, outputsOf(rows), 1)).toMatchObject({ label: 'low' });
  });

  it('takes the label from the highest column, and its score where asked', () => {
    const config = configFor(3, { from: 'highest', names: ['a', 'b', 'c'] }, 'highest');
    const outputs = outputsOf([
      [0.25, 0.5, 0.25],
      [0.75, 0.125, 0.125],
    ]);
    expect(encodeRow(config, outputs, 0)).toMatchObject({ label: 'b', score: 0.5, scores: [0.25, 0.5, 0.25] });
    expect(encodeRow(config, outputs, 1)).toMatchObject({ label: 'a', score: 0.75 });
  });

  it('takes the label that the graph gives', () => {
    const own = (names: string[] | null) => configFor(1, { from: 'output', output: 'label', names });
    expect(encodeRow(own(['no', 'yes']), outputsOf([[0.5]], [1n]))).toMatchObject({ label: 'yes' });
    expect(encodeRow(own(null), outputsOf([[0.5]], [-7n]))).toMatchObject({ label: '-7' });
    expect(encodeRow(own(null), outputsOf([[0.5]], ['grün']))).toMatchObject({ label: 'grün' });
  });

  it('refuses outputs that make no prediction', () => {
    const config = configFor(2, { from: 'output', output: 'label', names: ['no', 'yes'] });
    const scores = [[0.5, 0.5]];
    const refused: OutputColumns[] = [
      outputsOf([[NaN, 0.5]], [0n]),
      outputsOf([[0.5, Infinity]], [0n]),
      outputsOf([[0.5, 0.25, 0.25]], [0n]),
      outputsOf(scores, [2n]),
      outputsOf(scores, [-1n]),
      outputsOf(scores, ['perhaps']),
      outputsOf(scores),
      {},
    ];
    for (const outputs of refused) {
      expect(encodeRow(config, outputs)).toMatchObject({ kind: 'failure', code: 'UNUSABLE_OUTPUT' });
    }
    const long = configFor(2, { from: 'output', output: 'label', names: null });
    expect(encodeRow(long, outputsOf(scores, ['x'.repeat(257)]))).toMatchObject({ code: 'UNUSABLE_OUTPUT' });
  });

  it('refuses a double that is infinite as float32', () => {
    const outputs: OutputColumns = {
      probabilities: { datatype: 'float64', data: Float64Array.of(1e300), dims: [1, 1] },
    };
    expect(encodeRow(configFor(1, { from: 'nowhere' }), outputs)).toMatchObject({ code: 'UNUSABLE_OUTPUT' });
  });

  it('keeps two labels apart when their templates alternate', () => {
    const config = configFor(1, { from: 'threshold', threshold: 0.5, names: ['below', 'a much longer name'] });
    const encoder = new PredictionEncoder({ ...origin, config });
    const outputs = outputsOf([[0], [1], [0.25], [0.75]]);
    const target = Buffer.alloc(4 * encoder.maxByteLength);
    const ends = [0];
    for (let row = 0; row < 4; row++) {
      ends.push(encoder.encode(target, ends[row] as number, outputs, row, row, noFingerprint, row));
    }
    const read = ends.slice(1).map((end, row) => decodePrediction(target.subarray(ends[row], end)));
    expect(read.map((one) => one?.label)).toEqual(['below', 'a much longer name', 'below', 'a much longer name']);
    expect(read.map((one) => [one?.score, one?.sourceSequence])).toEqual([
      [0, 0],
      [1, 1],
      [0.25, 2],
      [0.75, 3],
    ]);
  });
});
