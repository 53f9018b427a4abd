import { type CompactReader, type CompactSerializer } from 'hazelcast-client';

/** What Nearscore says of a record. */
export class Prediction {
  constructor(
    readonly score: number,
    /** null for a regression. */
    readonly label: string | null,
    readonly scores: readonly number[],
    readonly model: string,
    readonly version: number,
    readonly epoch: bigint,
    readonly sourceSequence: bigint,
    readonly fingerprint: bigint,
    readonly scoredAt: Date,
  ) {}
}

/** Reads the Compact type `nearscore.Prediction` as that class. */
export const predictionSerializer: CompactSerializer<Prediction> = {
  getClass: () => Prediction,
  getTypeName: () => 'nearscore.Prediction',
  read: (reader) =>
    new Prediction(
      reader.readFloat32('score'),
      reader.readString('label'),
      reader.readArrayOfFloat32('scores') ?? [],
      reader.readString('model') ?? '',
      reader.readInt32('version'),
      readInt64(reader, 'epoch'),
      readInt64(reader, 'sourceSequence'),
      readInt64(reader, 'fingerprint'),
      new Date(Number(readInt64(reader, 'scoredAt'))),
    ),
  write: () => {
    throw new Error('predictions are written by Nearscore');
  },
};

/** The client gives 64 bits as Long, of the package `long`. */
function readInt64(reader: CompactReader, field: string): bigint {
  return BigInt(reader.readInt64(field).toString());
}
