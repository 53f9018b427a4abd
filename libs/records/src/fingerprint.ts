import { finish, lastWord, mix, rotate, viewOf } from './hash-words';

/** A 64-bit fingerprint in two signed halves, so that none is allocated per record. */
export interface Fingerprint {
  high: number;
  low: number;
}

/** As one signed number of 64 bits, as predictions have it. */
export function fingerprintToBigInt({ high, low }: Readonly<Fingerprint>): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/**
 * Sets `into` to the fingerprint of bytes [start, end): two murmur3-like lanes of 32 bits over the same little-endian words,
 * with different constants. It tells whether two values are the same bytes; it is no defence against someone who
 * wants two records to look alike.
 */
export function fingerprintOf(bytes: Uint8Array, start: number, end: number, into: Fingerprint): void {
  const view = viewOf(bytes);
  let high = 0x9747b28c | 0;
  let low = 0x2f0b4c47;
  for (let position = start; position < end; position += 4) {
    const word = position + 4 <= end ? view.getInt32(position, true) : lastWord(bytes, position, end);
    high = mix(high, Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593), 13, 0xe6546b64);
    low = mix(low, Math.imul(rotate(Math.imul(word, 0x239b961b), 16), 0xab0e9789), 14, 0x561ccd1b);
  }
  into.high = finish(high ^ (end - start));
  into.low = finish(low ^ (end - start));
}
