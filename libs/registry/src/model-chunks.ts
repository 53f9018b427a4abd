import { createHash } from 'node:crypto';
import { type GridMap } from '@nearscore/grid';

/** Small enough to pass between members and clients without standing in the way of other messages. */
export const CHUNK_BYTES = 1024 * 1024;

/** Where the bytes of a model lie: equal bytes lie once, whatever they are called. */
export interface ChunkedBytes {
  readonly sha256: string;
  readonly byteLength: number;
  readonly chunks: number;
}

/** Bytes under their own checksum, in chunks of 1 MiB with the keys `<sha256>/<index>`. */
export class ModelChunks {
  constructor(private readonly map: Pick<GridMap<Buffer>, 'get' | 'set'>) {}

  /** Writing the same bytes again changes nothing. */
  async put(bytes: Uint8Array, { sha256, chunks }: ChunkedBytes): Promise<void> {
    const whole = toBuffer(bytes);
    for (let index = 0; index < chunks; index++) {
      const start = index * CHUNK_BYTES;
      await this.map.set(chunkKey(sha256, index), whole.subarray(start, start + CHUNK_BYTES));
    }
  }

  /** The bytes; or what is wrong with what lies there. */
  async get({ sha256, byteLength, chunks }: ChunkedBytes): Promise<Buffer | string> {
    const whole = Buffer.allocUnsafe(byteLength);
    let length = 0;
    for (let index = 0; index < chunks; index++) {
      const chunk = await this.map.get(chunkKey(sha256, index));
      if (chunk === undefined) return `chunk ${index} of ${chunks} is missing`;
      if (length + chunk.length > byteLength) return `it is longer than ${byteLength} bytes`;
      length += chunk.copy(whole, length);
    }
    if (length < byteLength) return `it has ${length} of ${byteLength} bytes`;
    return checksum(whole) === sha256 ? whole : 'its checksum differs';
  }
}

export function addressOf(bytes: Uint8Array): ChunkedBytes {
  const chunks = Math.ceil(bytes.byteLength / CHUNK_BYTES);
  return { sha256: checksum(bytes), byteLength: bytes.byteLength, chunks };
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function checksum(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function chunkKey(sha256: string, index: number): string {
  return `${sha256}/${index}`;
}
