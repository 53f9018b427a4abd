/** Pieces of murmur3-like hashes over little-endian words of 32 bits. */

export const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** The last mix of murmur3: every input bit reaches every output bit. */
export function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

export function mix(hash: number, word: number, bits: number, constant: number): number {
  return (Math.imul(rotate(hash ^ word, bits), 5) + constant) | 0;
}

/** Records of a batch lie in one buffer: its view is made once, not per record. */
let latest: { readonly bytes: Uint8Array; readonly view: DataView } | undefined;

export function viewOf(bytes: Uint8Array): DataView {
  if (latest?.bytes !== bytes) {
    latest = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  }
  return latest.view;
}

/** One to three bytes. */
export function lastWord(bytes: Uint8Array, position: number, end: number): number {
  let word = 0;
  for (let index = position; index < end; index++) word |= (bytes[index] as number) << ((index - position) * 8);
  return word;
}
