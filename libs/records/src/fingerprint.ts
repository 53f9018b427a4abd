/** A 64-bit fingerprint in two signed halves, so that none is allocated per record. */
export interface Fingerprint {
  high: number;
  low: number;
}

/** As one signed number of 64 bits, as predictions have it. */
export function fingerprintToBigInt({ high, low }: Readonly<Fingerprint>): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

const rotate = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits));

/** The last mix of murmur3: every input bit reaches every output bit. */
function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
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

function mix(hash: number, word: number, bits: number, constant: number): number {
  return (Math.imul(rotate(hash ^ word, bits), 5) + constant) | 0;
}

/** Records of a batch lie in one buffer: its view is made once, not per record. */
let latest: { readonly bytes: Uint8Array; readonly view: DataView } | undefined;

function viewOf(bytes: Uint8Array): DataView {
  if (latest?.bytes !== bytes) {
    latest = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  }
  return latest.view;
}

/** One to three bytes. */
function lastWord(bytes: Uint8Array, position: number, end: number): number {
  let word = 0;
  for (let index = position; index < end; index++) word |= (bytes[index] as number) << ((index - position) * 8);
  return word;
}
