import { type Client, Fields, GenericRecords } from 'hazelcast-client';
import * as heapData from 'hazelcast-client/lib/serialization/HeapData';
import Long from 'long';
import { type Fingerprint, fingerprintOf, fingerprintToBigInt } from '@nearscore/records';
import { FEATURES, ROWS, rowValues } from '../models/version-answers';

// The client keeps it out of its types; it passes on what is serialized already.
const { HeapData } = heapData as unknown as { HeapData: new (bytes: Buffer) => SerializedValue };

interface WithSerialization {
  readonly serializationService: { toData(value: unknown): SerializedValue };
}

/** What the client calls Data. */
export interface SerializedValue {
  toBuffer(): Buffer;
}

export interface RecordBytes {
  readonly value: SerializedValue;
  readonly fingerprint: bigint;
}

/** No feature: it makes the bytes of every write its own. */
const WRITTEN = 'written';
const COMPACT_FIELDS = Object.fromEntries([
  ...FEATURES.map((name) => [name, Fields.FLOAT32] as const),
  [WRITTEN, Fields.INT64] as const,
]);

/** Serialized records of the example rows, cheap enough for tens of thousands per second. */
export class RecordBytesSource {
  private readonly halves: Fingerprint = { high: 0, low: 0 };
  private writes = 0;

  private constructor(
    private readonly templates: readonly Buffer[],
    private readonly writtenAt: number,
  ) {}

  /** Makes the cluster know the records' Compact schema, too. */
  static async open(client: Client): Promise<RecordBytesSource> {
    const scratch = await client.getMap<string, unknown>('failure.scratch');
    await scratch.set('record', recordOf(0, 0));
    const { serializationService } = client as unknown as WithSerialization;
    const bytesOf = (row: number, written: number): Buffer =>
      serializationService.toData(recordOf(row, written)).toBuffer();
    const templates = Array.from({ length: ROWS }, (_, row) => bytesOf(row, 0));
    return new RecordBytesSource(templates, firstDifference(bytesOf(0, 0), bytesOf(0, -1)));
  }

  next(row: number): RecordBytes {
    const bytes = Buffer.from(this.templates[row % ROWS] as Buffer);
    bytes.writeBigInt64BE(BigInt(++this.writes), this.writtenAt);
    fingerprintOf(bytes, 0, bytes.length, this.halves);
    return { value: new HeapData(bytes), fingerprint: fingerprintToBigInt(this.halves) };
  }
}

function recordOf(row: number, written: number): unknown {
  const values = rowValues(row);
  const features = FEATURES.map((name, index): [string, unknown] => [name, values[index]]);
  const named: Record<string, unknown> = Object.fromEntries([...features, [WRITTEN, Long.fromNumber(written)]]);
  return GenericRecords.compact('failure.Record', COMPACT_FIELDS, named as never);
}

function firstDifference(a: Buffer, b: Buffer): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  if (at < 0 || !a.subarray(at, at + 8).equals(Buffer.alloc(8)))
    throw new Error('written is not where it is looked for');
  return at;
}
