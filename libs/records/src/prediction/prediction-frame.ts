import { compactLayout, offsetSize } from '../compact/compact-layout';
import { TypeId } from '../compact/type-id';
import { PREDICTION_SCHEMA } from './prediction.schema';

export const PREDICTION_LAYOUT = compactLayout(PREDICTION_SCHEMA);

/** hash i32, type i32, schema id i64, data length i32: then the data begins. */
const DATA_START = 20;

export type PredictionField = 'label' | 'model' | 'scores' | FixedField;
type FixedField = 'epoch' | 'fingerprint' | 'score' | 'scoredAt' | 'sourceSequence' | 'version';

/** Of a fixed-size field: where in the Data it lies. */
export function fixedPosition(field: FixedField): number {
  return DATA_START + placeOf(field);
}

/** Of a variable-size field: which of the offsets is its own. */
export function placeOf(field: PredictionField): number {
  const place = PREDICTION_LAYOUT.places.get(field);
  if (!place) throw new TypeError(`the prediction schema has no field '${field}'`);
  return place.position;
}

/** The Data of a prediction with all numbers 0, and where its scores begin. */
export interface PredictionTemplate {
  readonly bytes: Buffer;
  readonly scoresAt: number;
}

export function predictionTemplate(label: string | null, model: string, scores: number): PredictionTemplate {
  const values = { label: label === null ? undefined : sized(label), model: sized(model), scores: floats(scores) };
  const data: Buffer[] = [Buffer.alloc(PREDICTION_LAYOUT.fixedLength)];
  const offsets = new Array<number>(PREDICTION_LAYOUT.variableFields).fill(-1);
  let position = PREDICTION_LAYOUT.fixedLength;
  // In the order in which predictionSerializer writes them, so that both give the same bytes.
  for (const field of ['label', 'model', 'scores'] as const) {
    const value = values[field];
    if (!value) continue;
    offsets[placeOf(field)] = position;
    position += value.length;
    data.push(value);
  }
  return {
    bytes: Buffer.concat([header(position), ...data, offsetBytes(offsets, offsetSize(position))]),
    scoresAt: DATA_START + (offsets[placeOf('scores')] as number) + 4,
  };
}

function header(dataLength: number): Buffer {
  const bytes = Buffer.alloc(DATA_START);
  bytes.writeInt32BE(TypeId.COMPACT, 4);
  bytes.writeBigInt64BE(PREDICTION_SCHEMA.schemaId, 8);
  bytes.writeInt32BE(dataLength, 16);
  return bytes;
}

function sized(text: string): Buffer {
  const bytes = Buffer.alloc(4 + Buffer.byteLength(text));
  bytes.writeInt32BE(bytes.length - 4);
  bytes.write(text, 4);
  return bytes;
}

function floats(count: number): Buffer {
  const bytes = Buffer.alloc(4 + count * 4);
  bytes.writeInt32BE(count);
  return bytes;
}

function offsetBytes(offsets: readonly number[], size: 1 | 2 | 4): Buffer {
  const bytes = Buffer.alloc(offsets.length * size);
  offsets.forEach((offset, index) => {
    const unsigned = offset === -1 ? 2 ** (8 * size) - 1 : offset;
    bytes.writeUIntBE(unsigned, index * size, size);
  });
  return bytes;
}
