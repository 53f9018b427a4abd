import { fingerprintToBigInt } from '../fingerprint';
import { PredictionRecord } from './prediction';
import { PREDICTION_SCHEMA } from './prediction.schema';

interface Halves {
  readonly high: number;
  readonly low: number;
}

/** The part of a grid client's Compact reader that is needed; named so that this lib needs no grid client. */
interface PredictionReader {
  readFloat32(field: string): number;
  readString(field: string): string | null;
  readArrayOfFloat32(field: string): number[] | null;
  readInt32(field: string): number;
  readInt64(field: string): Halves;
}

interface PredictionWriter {
  writeFloat32(field: string, value: number): void;
  writeString(field: string, value: string | null): void;
  writeArrayOfFloat32(field: string, value: number[] | null): void;
  writeInt32(field: string, value: number): void;
  writeInt64(field: string, value: Halves): void;
}

/** Registered as a `CompactSerializer` in a hazelcast-client's configuration, it makes predictions of that client PredictionRecords. */
export const predictionSerializer = {
  getClass: () => PredictionRecord,
  getTypeName: () => PREDICTION_SCHEMA.typeName,

  read(reader: PredictionReader): PredictionRecord {
    return new PredictionRecord(
      reader.readFloat32('score'),
      reader.readString('label'),
      reader.readArrayOfFloat32('scores') ?? [],
      reader.readString('model') ?? '',
      reader.readInt32('version'),
      toNumber(reader.readInt64('epoch')),
      toNumber(reader.readInt64('sourceSequence')),
      fingerprintToBigInt(reader.readInt64('fingerprint')),
      toNumber(reader.readInt64('scoredAt')),
    );
  },

  write(writer: PredictionWriter, prediction: PredictionRecord): void {
    writer.writeFloat32('score', prediction.score);
    writer.writeString('label', prediction.label);
    writer.writeString('model', prediction.model);
    writer.writeArrayOfFloat32('scores', [...prediction.scores]);
    writer.writeInt32('version', prediction.version);
    writer.writeInt64('epoch', fromBigInt(BigInt(prediction.epoch)));
    writer.writeInt64('sourceSequence', fromBigInt(BigInt(prediction.sourceSequence)));
    writer.writeInt64('fingerprint', fromBigInt(prediction.fingerprint));
    writer.writeInt64('scoredAt', fromBigInt(BigInt(prediction.scoredAt)));
  },
};

function toNumber({ high, low }: Halves): number {
  return high * 2 ** 32 + (low >>> 0);
}

function fromBigInt(value: bigint): Halves {
  return { high: Number(BigInt.asIntN(32, value >> 32n)), low: Number(BigInt.asIntN(32, value)) };
}
