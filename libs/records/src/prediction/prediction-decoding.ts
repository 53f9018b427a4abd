import { TypeId } from '../compact/type-id';
import { BAD_POSITION, CompactFrame, NULL_POSITION } from '../decoding/compact-frame';
import { CurrentRecord } from '../decoding/current-record';
import { type Prediction } from './prediction';
import { fixedPosition, placeOf, PREDICTION_LAYOUT } from './prediction-frame';
import { PREDICTION_SCHEMA } from './prediction.schema';

/** Behind the Data's header and the schema id. */
const COMPACT_START = 16;

/** Reads the Data of one prediction (with its 8-byte header). Undefined when these are not the bytes of one. */
export function decodePrediction(bytes: Buffer): Prediction | undefined {
  const frame = frameOf(bytes);
  const label = frame && readText(bytes, frame, 'label');
  const model = frame && readText(bytes, frame, 'model');
  const scores = frame && readScores(bytes, frame);
  if (label === undefined || model === undefined || scores === undefined) return undefined;
  return {
    score: bytes.readFloatBE(fixedPosition('score')),
    label,
    scores,
    model: model ?? '',
    version: bytes.readInt32BE(fixedPosition('version')),
    epoch: Number(bytes.readBigInt64BE(fixedPosition('epoch'))),
    sourceSequence: Number(bytes.readBigInt64BE(fixedPosition('sourceSequence'))),
    fingerprint: bytes.readBigInt64BE(fixedPosition('fingerprint')),
    scoredAt: Number(bytes.readBigInt64BE(fixedPosition('scoredAt'))),
  };
}

interface Frame {
  /** Where the value of a variable-size field lies in the bytes, NULL_POSITION or BAD_POSITION. */
  variable(field: 'label' | 'model' | 'scores'): number;
  readonly dataEnd: number;
}

/** Once it is there, every fixed-size field lies within the bytes. */
function frameOf(bytes: Buffer): Frame | undefined {
  const record = new CurrentRecord();
  const frame = new CompactFrame();
  const isWhole = record.moveTo(bytes, 0, bytes.length, [], 0) && bytes.length >= COMPACT_START;
  if (!isWhole || record.type !== TypeId.COMPACT || bytes.readBigInt64BE(8) !== PREDICTION_SCHEMA.schemaId) {
    return undefined;
  }
  if (!frame.moveTo(record, bytes.byteOffset + COMPACT_START, PREDICTION_LAYOUT)) return undefined;
  return {
    dataEnd: frame.dataEnd - bytes.byteOffset,
    variable: (field) => {
      const position = frame.variable(record.view, placeOf(field));
      return position < 0 ? position : position - bytes.byteOffset;
    },
  };
}

/** Undefined: the bytes are not those of a text. */
function readText(bytes: Buffer, frame: Frame, field: 'label' | 'model'): string | null | undefined {
  const at = frame.variable(field);
  if (at === NULL_POSITION) return null;
  const length = readLength(bytes, frame, at, 1);
  return length === undefined ? undefined : bytes.toString('utf8', at + 4, at + 4 + length);
}

function readScores(bytes: Buffer, frame: Frame): number[] | undefined {
  const at = frame.variable('scores');
  if (at === NULL_POSITION) return [];
  const length = readLength(bytes, frame, at, 4);
  return length === undefined ? undefined : Array.from({ length }, (_, index) => bytes.readFloatBE(at + 4 + index * 4));
}

function readLength(bytes: Buffer, { dataEnd }: Frame, at: number, elementSize: number): number | undefined {
  if (at === BAD_POSITION || at + 4 > dataEnd) return undefined;
  const length = bytes.readInt32BE(at);
  return length < 0 || at + 4 + length * elementSize > dataEnd ? undefined : length;
}
