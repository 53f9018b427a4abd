/**
 * Where a listener stands in the journals of all partitions, so that any gateway resumes there:
 *
 *   base64url( version u8 | cluster u32 | owners u32 | count varint | mean varint | count × zigzag varint of next − mean )
 *
 * Fixed numbers are big-endian; a varint has 7 bits in a byte, the lowest first, and the highest bit says that more follow.
 * 271 partitions whose positions lie within 8,192 of their mean take up to 3 + 2 bytes each for the head's varints and two
 * for each partition: 754 characters. However far they lie apart it is 2,924, so an id fits into any header limit.
 */
const VERSION = 1;
const FIXED_BYTES = 9;
const MAX_VARINT_BYTES = 8;
/** Hazelcast takes no more. */
const MAX_PARTITIONS = 100_000;
/** A zigzag of it is still exact as a double. */
const MAX_POSITION = 2 ** 52 - 1;

export interface EventPosition {
  /** Hash of the grid's id: another number is another grid, or the same one started anew. Unsigned, 32 bits. */
  readonly cluster: number;
  /** Hash of who owned which partition. Unsigned, 32 bits. */
  readonly owners: number;
  /** By partition: the sequence of the next event. */
  readonly positions: readonly number[];
}

export function encodeEventId({ cluster, owners, positions }: EventPosition): string {
  const bytes = Buffer.allocUnsafe(FIXED_BYTES + (positions.length + 2) * MAX_VARINT_BYTES);
  bytes[0] = VERSION;
  bytes.writeUInt32BE(cluster, 1);
  bytes.writeUInt32BE(owners, 5);
  const mean = meanOf(positions);
  let at = writeVarint(bytes, FIXED_BYTES, positions.length);
  at = writeVarint(bytes, at, mean);
  for (const position of positions) at = writeVarint(bytes, at, zigzag(position - mean));
  return bytes.toString('base64url', 0, at);
}

/** Undefined for a text that is no id: a position has one id only, which tells most mangled ones. */
export function decodeEventId(id: string): EventPosition | undefined {
  const bytes = Buffer.from(id, 'base64url');
  if (bytes.length < FIXED_BYTES || bytes[0] !== VERSION) return undefined;
  const reader = new VarintReader(bytes, FIXED_BYTES);
  const count = reader.next();
  const mean = reader.next();
  if (!(count <= Math.min(MAX_PARTITIONS, bytes.length))) return undefined;
  const positions = Array.from({ length: count }, () => mean + unzigzag(reader.next()));
  if (!positions.every((next) => next >= 0 && next <= MAX_POSITION)) return undefined;
  const position = { cluster: bytes.readUInt32BE(1), owners: bytes.readUInt32BE(5), positions };
  return encodeEventId(position) === id ? position : undefined;
}

function meanOf(positions: readonly number[]): number {
  let sum = 0;
  for (const position of positions) sum += position;
  return positions.length === 0 ? 0 : Math.min(Math.floor(sum / positions.length), MAX_POSITION);
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

// By arithmetic: a position may need more than the 32 bits of JavaScript's shifts.
function writeVarint(bytes: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[at++] = (rest % 0x80) | 0x80;
  bytes[at++] = rest;
  return at;
}

/** Gives NaN from the first varint on that is none. */
class VarintReader {
  constructor(
    private readonly bytes: Buffer,
    public at: number,
  ) {}

  next(): number {
    let value = 0;
    for (let scale = 1, length = 1; length <= MAX_VARINT_BYTES; scale *= 0x80, length++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) return NaN;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return NaN;
  }
}
