/** Seed of Hazelcast's partition hash. */
const SEED = 0x01000193;
const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;
const DATA_HEAD_BYTES = 8;

/** The partition that a serialized key (Data, with its 8-byte head) lies in: MurmurHash3 x86 32 of its payload. */
export function partitionOfData(data: Buffer, partitionCount: number): number {
  const stored = data.readInt32BE(0);
  const hash = stored !== 0 ? stored : murmur3(data, DATA_HEAD_BYTES, data.length - DATA_HEAD_BYTES);
  return hash === -0x8000_0000 ? 0 : Math.abs(hash) % partitionCount;
}

/** MurmurHash3 x86 32 of bytes[start, start + length). */
export function murmur3(bytes: Buffer, start: number, length: number): number {
  const blocksEnd = start + (length & ~3);
  let hash = SEED;
  for (let at = start; at < blocksEnd; at += 4) {
    hash ^= mixBlock(bytes.readInt32LE(at));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= mixTail(bytes, blocksEnd, length & 3);
  return finalize(hash ^ length);
}

function mixBlock(block: number): number {
  const mixed = Math.imul(block, C1);
  return Math.imul((mixed << 15) | (mixed >>> 17), C2);
}

function mixTail(bytes: Buffer, at: number, count: number): number {
  let tail = 0;
  for (let i = count - 1; i >= 0; i--) tail = (tail << 8) | (bytes[at + i] ?? 0);
  return count === 0 ? 0 : mixBlock(tail);
}

function finalize(input: number): number {
  let hash = input;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
