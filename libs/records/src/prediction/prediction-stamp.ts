import { offsetSize } from '../compact/compact-layout';
import { TypeId } from '../compact/type-id';
import { type Fingerprint } from '../fingerprint';
import { fixedPosition, PREDICTION_LAYOUT } from './prediction-frame';
import { PREDICTION_SCHEMA } from './prediction.schema';

/** Which event of a record a prediction was made from, and when it was deployed what made it. */
export interface PredictionStamp extends Fingerprint {
  /** Journal sequence of that event. */
  sequence: number;
  /** Of the deployment. */
  epoch: number;
}

const SCHEMA_ID = {
  high: Number(BigInt.asIntN(32, PREDICTION_SCHEMA.schemaId >> 32n)),
  low: Number(BigInt.asIntN(32, PREDICTION_SCHEMA.schemaId)),
};

const POSITION = {
  type: 4,
  schemaId: 8,
  dataLength: 16,
  data: 20,
  fingerprint: fixedPosition('fingerprint'),
  sequence: fixedPosition('sourceSequence'),
  epoch: fixedPosition('epoch'),
};

/**
 * Sets `into` to what the prediction in bytes [start, end) says of its record, and allocates nothing. False, and `into` left
 * alone, when these are not the bytes of one prediction; its label, model and scores are not looked at.
 */
export function predictionStampOf(bytes: Buffer, start: number, end: number, into: PredictionStamp): boolean {
  if (!isPrediction(bytes, start, end)) return false;
  const sequence = readInt64(bytes, start + POSITION.sequence);
  // None of ours: a number that was rounded must not be taken for a later event.
  if (!Number.isSafeInteger(sequence)) return false;
  into.sequence = sequence;
  into.epoch = readInt64(bytes, start + POSITION.epoch);
  into.high = bytes.readInt32BE(start + POSITION.fingerprint);
  into.low = bytes.readInt32BE(start + POSITION.fingerprint + 4);
  return true;
}

/** Whether the bytes are of the type, and of the length that its schema gives them. */
function isPrediction(bytes: Buffer, start: number, end: number): boolean {
  if (start < 0 || end > bytes.length || end - start < POSITION.data + PREDICTION_LAYOUT.fixedLength) return false;
  if (bytes.readInt32BE(start + POSITION.type) !== TypeId.COMPACT) return false;
  if (bytes.readInt32BE(start + POSITION.schemaId) !== SCHEMA_ID.high) return false;
  if (bytes.readInt32BE(start + POSITION.schemaId + 4) !== SCHEMA_ID.low) return false;
  const dataLength = bytes.readInt32BE(start + POSITION.dataLength);
  if (dataLength < PREDICTION_LAYOUT.fixedLength) return false;
  const offsetsLength = PREDICTION_LAYOUT.variableFields * offsetSize(dataLength);
  return start + POSITION.data + dataLength + offsetsLength === end;
}

function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}
