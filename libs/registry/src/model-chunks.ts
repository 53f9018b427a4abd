import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { type GridMap } from '@nearscore/grid';

/** Small enough to pass between members and clients without standing in the way of other messages. */
export const CHUNK_BYTES = 1024 * 1024;

/** Where the bytes of a file lie. */
export interface FileAddress {
  /** In hexadecimal. */
  readonly sha256: string;
  readonly byteLength: number;
  readonly chunks: number;
  /** Empty: a file that an older software stored. */
  readonly generation: string;
}

/** Bytes in chunks of 1 MiB with the keys `<sha256>/<generation>/<index>`. */
export class ModelChunks {
  constructor(private readonly map: Pick<GridMap<Buffer>, 'get' | 'set' | 'delete'>) {}

  /** Writing the same bytes again changes nothing. */
  async put(bytes: Uint8Array, address: FileAddress): Promise<void> {
    const whole = toBuffer(bytes);
    for (let index = 0; index < address.chunks; index++) {
      const start = index * CHUNK_BYTES;
      await this.map.set(chunkKey(address, index), whole.subarray(start, start + CHUNK_BYTES));
    }
  }

  /** The bytes; or what is wrong with what lies there. */
  async get(address: FileAddress): Promise<Buffer | string> {
    const { sha256, byteLength, chunks } = address;
    const whole = Buffer.allocUnsafe(byteLength);
    // Chunk by chunk as they come: all at once would hold the thread up.
    const hash = createHash('sha256');
    let length = 0;
    for (let index = 0; index < chunks; index++) {
      const chunk = await this.map.get(chunkKey(address, index));
      if (chunk === undefined) return `chunk ${index} of ${chunks} is missing`;
      if (length + chunk.length > byteLength) return `it is longer than ${byteLength} bytes`;
      hash.update(chunk);
      length += chunk.copy(whole, length);
    }
    if (length < byteLength) return `it has ${length} of ${byteLength} bytes`;
    return hash.digest('hex') === sha256 ? whole : 'its checksum differs';
  }

  async delete(address: Pick<FileAddress, 'sha256' | 'generation' | 'chunks'>): Promise<void> {
    for (let index = 0; index < address.chunks; index++) await this.map.delete(chunkKey(address, index));
  }
}

/** @param sha256 of the bytes, where it is known */
export async function addressOf(bytes: Uint8Array, sha256?: string): Promise<Omit<FileAddress, 'generation'>> {
  const chunks = Math.ceil(bytes.byteLength / CHUNK_BYTES);
  return { sha256: sha256 ?? (await sha256Of(bytes)), byteLength: bytes.byteLength, chunks };
}

/** What the keys of a file's chunks begin with. */
export function folderOf({ sha256, generation }: Pick<FileAddress, 'sha256' | 'generation'>): string {
  return generation === '' ? sha256 : `${sha256}/${generation}`;
}

/** @param key of a chunk */
export function folderOfKey(key: string): string {
  return key.slice(0, key.lastIndexOf('/'));
}

/** A few milliseconds of hashing at a time: others use this thread too. */
async function sha256Of(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let start = 0; start < bytes.byteLength; start += CHUNK_BYTES) {
    if (start > 0) await turn();
    hash.update(bytes.subarray(start, start + CHUNK_BYTES));
  }
  return hash.digest('hex');
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function chunkKey(address: Pick<FileAddress, 'sha256' | 'generation'>, index: number): string {
  return `${folderOf(address)}/${index}`;
}
