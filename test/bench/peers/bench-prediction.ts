import Long from 'long';

/** What the peers store under a record's key. In a grid it is Compact `bench.Prediction`, for Java and TypeScript alike. */
export class BenchPrediction {
  constructor(
    readonly score: number,
    readonly version: number,
    /** epoch ms */
    readonly scoredAt: number,
  ) {}
}

interface PredictionReader {
  readFloat32(field: string): number;
  readInt32(field: string): number;
  readInt64(field: string): Long;
}

interface PredictionWriter {
  writeFloat32(field: string, value: number): void;
  writeInt32(field: string, value: number): void;
  writeInt64(field: string, value: Long): void;
}

/** For a hazelcast-client's configuration. */
export const benchPredictionSerializer = {
  getClass: () => BenchPrediction,
  getTypeName: () => 'bench.Prediction',

  read(reader: PredictionReader): BenchPrediction {
    const [score, version] = [reader.readFloat32('score'), reader.readInt32('version')];
    return new BenchPrediction(score, version, reader.readInt64('scoredAt').toNumber());
  },

  write(writer: PredictionWriter, { score, version, scoredAt }: BenchPrediction): void {
    writer.writeFloat32('score', score);
    writer.writeInt32('version', version);
    writer.writeInt64('scoredAt', Long.fromNumber(scoredAt));
  },
};

/** Outside of a grid: [score f32][version i32][scoredAt f64], little-endian. */
export const PREDICTION_BYTES = 16;

export function writePrediction(target: Buffer, at: number, { score, version, scoredAt }: BenchPrediction): void {
  target.writeFloatLE(score, at);
  target.writeInt32LE(version, at + 4);
  target.writeDoubleLE(scoredAt, at + 8);
}

export function readPrediction(bytes: Buffer): BenchPrediction {
  return new BenchPrediction(bytes.readFloatLE(0), bytes.readInt32LE(4), bytes.readDoubleLE(8));
}
