import { finish, lastWord, mix, rotate, viewOf } from '../hash-words';

const PERCENT_PER_HASH = 100 / 2 ** 32;

/** Records of a batch have one salt: its hash is made once, not per record. */
let latest = { salt: '', seed: seedOf('') };

/**
 * Where a key stands among all keys, in percent: in [0, 100), evenly spread. It depends on the key's Data and the salt
 * alone, so it is the same in every process; who takes the keys below a percentage keeps them when that rises. Other
 * constants than those of the partition hash, so that every partition has its share of each.
 *
 * @param bytes the key's Data, [start, end) with its 8-byte header
 */
export function shareOf(bytes: Uint8Array, start: number, end: number, salt: string): number {
  if (latest.salt !== salt) latest = { salt, seed: seedOf(salt) };
  return (hashOf(bytes, start, end, latest.seed) >>> 0) * PERCENT_PER_HASH;
}

function seedOf(salt: string): number {
  const bytes = Buffer.from(salt);
  return hashOf(bytes, 0, bytes.length, 0x5bd1e995);
}

function hashOf(bytes: Uint8Array, start: number, end: number, seed: number): number {
  const view = viewOf(bytes);
  let hash = seed;
  for (let position = start; position < end; position += 4) {
    const word = position + 4 <= end ? view.getInt32(position, true) : lastWord(bytes, position, end);
    hash = mix(hash, Math.imul(rotate(Math.imul(word, 0xa1e38b93), 15), 0x239b961b), 14, 0x38b34ae5);
  }
  return finish(finish(hash ^ (end - start)) ^ seed);
}
