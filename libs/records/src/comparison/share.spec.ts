import fc from 'fast-check';
import { encodeKey } from '../index';
import { shareOf } from './share';

const KEYS = 40_000;

/** Murmur3 of Hazelcast's partition hash, over the Data's payload: what shares must not follow. */
function partitionOf(data: Buffer, partitions: number): number {
  let hash = 0x01000193;
  const mixBlock = (block: number) => {
    const mixed = Math.imul(block, 0xcc9e2d51);
    return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
  };
  const blocksEnd = data.length - ((data.length - 8) & 3);
  for (let at = 8; at < blocksEnd; at += 4) {
    hash ^= mixBlock(data.readInt32LE(at));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = data.length - 1; at >= blocksEnd; at--) tail = (tail << 8) | (data[at] ?? 0);
  hash ^= mixBlock(tail) ^ (data.length - 8);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return Math.abs(hash ^ (hash >>> 16)) % partitions;
}

const shareOfKey = (key: string, salt: string): number => {
  const data = encodeKey(key);
  return shareOf(data, 0, data.length, salt);
};

/** Σ (found − expected)² / expected over cells that are all equally likely. */
function chiSquared(counts: readonly number[], total: number): number {
  const expected = total / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function countsOf(cells: number, cellOf: (n: number) => number, total = KEYS): number[] {
  const counts = new Array<number>(cells).fill(0);
  for (let n = 0; n < total; n++) {
    const cell = cellOf(n);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return counts;
}

/** Six standard deviations above what chance gives: of right code none of these tests fails. */
const limitOf = (cells: number): number => cells - 1 + 6 * Math.sqrt(2 * (cells - 1));

describe('shareOf', () => {
  it('depends on the key and the salt alone, not on where the key lies', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.string(), fc.nat({ max: 7 }), (key, salt, shift) => {
        const elsewhere = Buffer.concat([Buffer.alloc(shift, 0xaa), key, Buffer.alloc(9, 0xbb)]);
        const share = shareOf(key, 0, key.length, salt);
        shareOf(key, 0, key.length, `${salt}.`);
        expect(shareOf(elsewhere, shift, shift + key.length, salt)).toBe(share);
        expect(share >= 0 && share < 100).toBe(true);
      }),
    );
  });

  it.each(['', 'fraud.1', 'fraud.2'])('is spread evenly over numbered keys, with the salt %j', (salt) => {
    const counts = countsOf(1_000, (n) => Math.floor(shareOfKey(`key-${n}`, salt) * 10));
    expect(chiSquared(counts, KEYS)).toBeLessThan(limitOf(1_000));
  });

  it('gives each percentage its part of the keys, down to a hundredth of a percent', () => {
    for (const percent of [0.01, 1, 10, 50, 99]) {
      const [below = 0] = countsOf(2, (n) => (shareOfKey(`customer:${n}`, 'fraud.7') < percent ? 0 : 1), 100_000);
      const expected = 1_000 * percent;
      expect(Math.abs(below - expected)).toBeLessThan(6 * Math.sqrt(expected));
    }
  });

  it('is another one with another salt', () => {
    const cells = (n: number) =>
      Math.floor(shareOfKey(`key-${n}`, 'fraud.1') / 10) * 10 + Math.floor(shareOfKey(`key-${n}`, 'fraud.2') / 10);
    expect(chiSquared(countsOf(100, cells), KEYS)).toBeLessThan(limitOf(100));
  });

  it.each([7, 31, 271])('is spread evenly within each of %i partitions', (partitions) => {
    const cells = (n: number) => {
      const data = encodeKey(`key-${n}`);
      return Math.floor(shareOf(data, 0, data.length, 'fraud.1') / 10) * partitions + partitionOf(data, partitions);
    };
    expect(chiSquared(countsOf(10 * partitions, cells), KEYS)).toBeLessThan(limitOf(10 * partitions));
  });

  it('is what it always was: a key that changed its share would change its version', () => {
    const shares = ['a', 'key-1', 'schlüssel', ''].map((key) => shareOfKey(key, 'fraud.1').toFixed(6));
    expect(shares).toEqual(['25.052430', '48.539680', '68.986985', '9.990398']);
  });
});
