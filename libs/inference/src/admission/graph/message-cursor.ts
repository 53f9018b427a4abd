import { Reader } from 'protobufjs/minimal';

/** The bytes are not what protobuf writes for this message. */
export class MalformedMessageError extends Error {}

/** protobuf's wire types; groups (3, 4) are not in use by ONNX. */
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
const NAMES: Readonly<Record<number, string>> = { 0: 'a number', 1: '8 bytes', 2: 'bytes', 5: '4 bytes' };

/**
 * Goes over the fields of one message in the order in which they are written, and makes an object of none of them: a
 * file of millions of empty messages takes time, not memory. A field that is not read is passed over.
 */
export class MessageCursor {
  /** Of the field that the cursor is on: its number, and where its tag begins. */
  field = 0;
  start = 0;
  private wire = 0;
  private isRead = true;
  private content: Uint8Array | undefined;
  private readonly reader: Reader;

  constructor(message: Uint8Array) {
    // Always the plain reader: the one for Buffers would decode text as it is, without bounds on what is looked at.
    this.reader = new Reader(message);
  }

  /** Where the next field begins. */
  get position(): number {
    return this.reader.pos;
  }

  /** MalformedMessageError, as from every method, when the message ends early or is no message. */
  next(): boolean {
    return guarded(() => this.advance());
  }

  bytes(): Uint8Array {
    return (this.content ??= this.read(WIRE.bytes, () => this.reader.bytes()));
  }

  text(): string {
    return Buffer.from(this.bytes()).toString('utf8');
  }

  integer(): bigint {
    return this.read(WIRE.varint, () => BigInt(String(this.reader.int64())));
  }

  /** Of a repeated integer: one, or many that are packed into one field. */
  *integers(): Generator<bigint> {
    if (this.wire === WIRE.varint) return yield this.integer();
    const packed = new Reader(this.bytes());
    while (packed.pos < packed.len) yield guarded(() => BigInt(String(packed.int64())));
  }

  /** How many bytes the field's content takes, a number as one. */
  size(): number {
    if (this.wire === WIRE.bytes) return this.bytes().length;
    return this.wire === WIRE.fixed64 ? 8 : this.wire === WIRE.fixed32 ? 4 : 1;
  }

  private advance(): boolean {
    const { reader } = this;
    if (!this.isRead) reader.skipType(this.wire);
    if (reader.pos > reader.len) throw new MalformedMessageError('it ends early');
    if (reader.pos === reader.len) return false;
    this.start = reader.pos;
    const tag = reader.uint32();
    this.field = tag >>> 3;
    this.wire = tag & 7;
    this.isRead = false;
    this.content = undefined;
    if (this.field === 0 || NAMES[this.wire] === undefined) throw new MalformedMessageError('it is no message');
    return true;
  }

  private read<T>(wire: number, value: () => T): T {
    if (this.wire !== wire) {
      throw new MalformedMessageError(`its field ${this.field} has ${NAMES[this.wire]}, not ${NAMES[wire]}`);
    }
    this.isRead = true;
    return guarded(value);
  }
}

function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedMessageError) throw error;
    throw new MalformedMessageError('it ends early');
  }
}
