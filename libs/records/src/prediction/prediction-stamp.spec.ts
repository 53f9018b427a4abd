import fc from 'fast-check';
import { type Fingerprint } from '../fingerprint';
import { fixedPosition } from './prediction-frame';
import { decodePrediction } from './prediction-decoding';
import { PredictionEncoder } from './prediction-encoder';
import { type PredictionStamp, predictionStampOf } from './prediction-stamp';

const UNTOUCHED: PredictionStamp = { sequence: -1, epoch: -4, high: -2, low: -3 };

interface Wanted extends Fingerprint {
  readonly sequence: number;
  readonly epoch: number;
  readonly model: string;
  readonly columns: number;
}

const int32 = fc.integer();
const wantedPrediction: fc.Arbitrary<Wanted> = fc.record({
  sequence: fc.maxSafeInteger(),
  epoch: fc.maxSafeNat(),
  high: int32,
  low: int32,
  // Offsets of one, two and four bytes.
  model: fc.constantFrom(1, 150, 300, 70_000).map((length) => 'm'.repeat(length)),
  columns: fc.integer({ min: 1, max: 20 }),
});

function encode({ sequence, epoch, high, low, model, columns }: Wanted): Buffer {
  const config = {
    inputs: [],
    score: { output: 'scores', columns, column: 0 },
    scores: { output: 'scores', columns },
    label: { from: 'nowhere' as const },
  };
  const encoder = new PredictionEncoder({ config, model, version: 3, epoch });
  const scores = { datatype: 'float32' as const, data: new Float32Array(columns).fill(0.5), dims: [1, columns] };
  const target = Buffer.alloc(encoder.maxByteLength);
  return target.subarray(0, encoder.encode(target, 0, { scores }, 0, sequence, { high, low }, 1_700_000_000_123));
}

/** The stamp, or undefined when there is none. What lies around the bytes must not matter. */
function stampOf(bytes: Buffer, around = Buffer.alloc(0)): PredictionStamp | undefined {
  const into = { ...UNTOUCHED };
  const place = Buffer.concat([around, bytes, around]);
  const found = predictionStampOf(place, around.length, around.length + bytes.length, into);
  if (!found) expect(into).toEqual(UNTOUCHED);
  return found ? into : undefined;
}

const sample = (): Buffer =>
  encode({ sequence: 2 ** 40 + 5, epoch: 2 ** 33 + 7, high: -7, low: 8, model: 'fraud', columns: 2 });

describe('predictionStampOf', () => {
  it('tells the event that the encoder was given, wherever the bytes lie', () => {
    fc.assert(
      fc.property(wantedPrediction, fc.uint8Array({ maxLength: 9 }), (wanted, around) => {
        const { sequence, epoch, high, low } = wanted;
        expect(stampOf(encode(wanted), Buffer.from(around))).toEqual({ sequence, epoch, high, low });
      }),
    );
  });

  it('tells what the whole prediction tells', () => {
    const { sourceSequence, epoch: deployed, fingerprint } = decodePrediction(sample()) ?? {};
    const { sequence, epoch, high, low } = stampOf(sample()) ?? UNTOUCHED;
    expect({ sequence, epoch }).toEqual({ sequence: sourceSequence, epoch: deployed });
    expect((BigInt(high) << 32n) | BigInt.asUintN(32, BigInt(low))).toBe(fingerprint);
  });

  it('finds none where a prediction is cut, longer, or beyond the buffer', () => {
    const bytes = sample();
    for (let length = 0; length < bytes.length; length++) {
      expect(stampOf(bytes.subarray(0, length))).toBeUndefined();
      expect(stampOf(bytes.subarray(0, length), Buffer.alloc(100))).toBeUndefined();
    }
    expect(stampOf(Buffer.concat([bytes, Buffer.alloc(1)]))).toBeUndefined();
    const into = { ...UNTOUCHED };
    expect(predictionStampOf(bytes, 0, bytes.length + 1, into)).toBe(false);
    expect(predictionStampOf(bytes, -1, bytes.length - 1, into)).toBe(false);
    expect(into).toEqual(UNTOUCHED);
  });

  it('finds none in bytes of another type, schema or length: any changed byte of the head', () => {
    const HEAD = { start: 4, end: 20 };
    for (let at = HEAD.start; at < HEAD.end; at++) {
      const changed = sample();
      changed[at] = (changed[at] as number) ^ 0x01;
      expect({ at, stamp: stampOf(changed) }).toEqual({ at, stamp: undefined });
    }
  });

  it('does not mind the hash, which is for whoever routes the value', () => {
    const changed = sample();
    changed.writeInt32BE(123, 0);
    expect(stampOf(changed)).toEqual(stampOf(sample()));
  });

  it.each([2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n])(
    'finds none when the sequence is %d: no journal is so long',
    (sequence) => {
      const changed = sample();
      changed.writeBigInt64BE(sequence, fixedPosition('sourceSequence'));
      expect(stampOf(changed)).toBeUndefined();
    },
  );

  it('finds none in arbitrary bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => stampOf(Buffer.from(bytes)) === undefined));
  });
});
