import { TypeId } from '../compact/type-id';
import { BAD_POSITION, CompactFrame, NULL_POSITION } from '../decoding/compact-frame';
import { CurrentRecord } from '../decoding/current-record';
import { PredictionFormatError } from '../records.errors';
import { type Prediction } from './prediction';
import { fixedPosition, placeOf, PREDICTION_LAYOUT } from './prediction-frame';
import { PREDICTION_SCHEMA } from './prediction.schema';

/** Behind the Data's header and the schema id. */
const COMPACT_START = 16;

/** Reads the Data of one prediction (with its 8-byte header). Throws PredictionFormatError on any other bytes. */
export function decodePrediction(bytes: Buffer): Prediction {
  const frame = frameOf(bytes);
  return {
    score: bytes.readFloatBE(fixedPosition('score')),
    label: readText(bytes, frame, 'label'),
    scores: readScores(bytes, frame),
    model: readText(bytes, frame, 'model') ?? '',
    version: bytes.readInt32BE(fixedPosition('version')),
    epoch: Number(bytes.readBigInt64BE(fixedPosition('epoch'))),
    sourceSequence: Number(bytes.readBigInt64BE(fixedPosition('sourceSequence'))),
    fingerprint: bytes.readBigInt64BE(fixedPosition('fingerprint')),
    scoredAt: Number(bytes.readBigInt64BE(fixedPosition('scoredAt'))),
  };
}

interface Frame {
  /** Where the value of a variable-size field lies in the bytes; undefined: null. */
  variable(field: 'label' | 'model' | 'scores'): number | undefined;
  readonly dataEnd: number;
}

/** Once it is there, every fixed-size field lies within the bytes. */
function frameOf(bytes: Buffer): Frame {
  const record = new CurrentRecord();
  const frame = new CompactFrame();
  const isWhole = record.moveTo(bytes, 0, bytes.length, [], 0) && bytes.length >= COMPACT_START;
  if (!isWhole || record.type !== TypeId.COMPACT || bytes.readBigInt64BE(8) !== PREDICTION_SCHEMA.schemaId) {
    throw new PredictionFormatError(`not a Compact ${PREDICTION_SCHEMA.typeName}`);
  }
  if (!frame.moveTo(record, bytes.byteOffset + COMPACT_START, PREDICTION_LAYOUT)) {
    throw new PredictionFormatError('not of the length that its schema gives it');
  }
  return {
    dataEnd: frame.dataEnd - bytes.byteOffset,
    variable: (field) => {
      const position = frame.variable(record.view, placeOf(field));
      if (position === BAD_POSITION) throw new PredictionFormatError(`${field} lies outside it`);
      return position === NULL_POSITION ? undefined : position - bytes.byteOffset;
    },
  };
}

function readText(bytes: Buffer, frame: Frame, field: 'label' | 'model'): string | null {
  const at = frame.variable(field);
  return at === undefined ? null : bytes.toString('utf8', at + 4, at + 4 + readLength(bytes, frame, field, at, 1));
}

function readScores(bytes: Buffer, frame: Frame): number[] {
  const at = frame.variable('scores');
  if (at === undefined) return [];
  const length = readLength(bytes, frame, 'scores', at, 4);
  return Array.from({ length }, (_, index) => bytes.readFloatBE(at + 4 + index * 4));
}

function readLength(bytes: Buffer, { dataEnd }: Frame, field: string, at: number, elementSize: number): number {
  const length = at + 4 <= dataEnd ? bytes.readInt32BE(at) : -1;
  if (length < 0 || at + 4 + length * elementSize > dataEnd) {
    throw new PredictionFormatError(`${field} has an impossible length`);
  }
  return length;
}
