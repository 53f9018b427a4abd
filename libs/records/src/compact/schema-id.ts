import { type CompactSchema } from './compact-schema';

const EMPTY = 0xc15d213aa4d7a795n;

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let fingerprint = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) fingerprint = (fingerprint >> 1n) ^ (fingerprint & 1n ? EMPTY : 0n);
  return fingerprint;
});

/** The 64-bit Rabin fingerprint, signed, by which the cluster knows a Compact type; integers in it are little-endian. */
export function schemaIdOf({ typeName, fields }: Omit<CompactSchema, 'schemaId'>): bigint {
  const byName = [...fields].sort((one, other) => (one.name > other.name ? 1 : -1));
  const parts = [text(typeName), int(fields.length), ...byName.flatMap(({ name, kind }) => [text(name), int(kind)])];
  let fingerprint = EMPTY;
  for (const byte of Buffer.concat(parts)) {
    fingerprint = (fingerprint >> 8n) ^ (TABLE[Number((fingerprint ^ BigInt(byte)) & 0xffn)] as bigint);
  }
  return BigInt.asIntN(64, fingerprint);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([int(bytes.length), bytes]);
}
