import { offsetSize } from '../compact/compact-layout';
import { TypeId } from '../compact/type-id';
import { PredictionFormatError } from '../records.errors';
import { type Prediction } from './prediction';
import { DATA_START, fixedPosition, placeOf, type PredictionField } from './prediction-frame';
import { PREDICTION_SCHEMA } from './prediction.schema';

/** Reads the Data of one prediction (with its 8-byte header). Throws PredictionFormatError on any other bytes. */
export function decodePrediction(bytes: Buffer): Prediction {
  try {
    return readPrediction(bytes);
  } catch (error) {
    if (error instanceof RangeError) throw new PredictionFormatError('bytes end too early', error);
    throw error;
  }
}

function readPrediction(bytes: Buffer): Prediction {
  if (bytes.readInt32BE(4) !== TypeId.COMPACT || bytes.readBigInt64BE(8) !== PREDICTION_SCHEMA.schemaId) {
    throw new PredictionFormatError(`not a Compact ${PREDICTION_SCHEMA.typeName}`);
  }
  return {
    score: bytes.readFloatBE(fixedPosition('score')),
    label: readText(bytes, 'label'),
    scores: readScores(bytes),
    model: readText(bytes, 'model') ?? '',
    version: bytes.readInt32BE(fixedPosition('version')),
    epoch: Number(bytes.readBigInt64BE(fixedPosition('epoch'))),
    sourceSequence: Number(bytes.readBigInt64BE(fixedPosition('sourceSequence'))),
    fingerprint: bytes.readBigInt64BE(fixedPosition('fingerprint')),
    scoredAt: Number(bytes.readBigInt64BE(fixedPosition('scoredAt'))),
  };
}

/** Position of a variable-size field's value; undefined: null. */
function variable(bytes: Buffer, field: PredictionField): number | undefined {
  const dataLength = bytes.readInt32BE(DATA_START - 4);
  if (dataLength < 0) throw new PredictionFormatError('negative data length');
  const size = offsetSize(dataLength);
  const at = DATA_START + dataLength + placeOf(field) * size;
  return bytes.readIntBE(at, size) === -1 ? undefined : DATA_START + bytes.readUIntBE(at, size);
}

function readText(bytes: Buffer, field: PredictionField): string | null {
  const at = variable(bytes, field);
  if (at === undefined) return null;
  const length = bytes.readInt32BE(at);
  if (length < 0 || at + 4 + length > bytes.length)
    throw new PredictionFormatError(`${field} has an impossible length`);
  return bytes.toString('utf8', at + 4, at + 4 + length);
}

function readScores(bytes: Buffer): number[] {
  const at = variable(bytes, 'scores');
  if (at === undefined) return [];
  const count = bytes.readInt32BE(at);
  if (count < 0 || at + 4 + count * 4 > bytes.length)
    throw new PredictionFormatError('scores has an impossible length');
  return Array.from({ length: count }, (_, index) => bytes.readFloatBE(at + 4 + index * 4));
}
