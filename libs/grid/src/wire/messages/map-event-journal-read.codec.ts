import { FLAG, FRAME_HEAD_BYTES, OFFSET, readLong, writeLong } from '../frame';
import { type MessageWriter } from '../message-writer';
import { MalformedMessageError } from '../wire.errors';

const TYPE = 0x014200;

/** Takes the events of one journal reading. Offsets lie in `bytes`, which is valid until the reader is released. */
export interface JournalEventSink {
  /** How many events follow and the sequence behind the last of them. False: not now, offer this reading again later. */
  begin(count: number, nextSequence: number, bytes: Buffer): boolean;
  /** One event. Without a new value (removed) valueStart is -1. Key and value are Data with their 8-byte heads. */
  event(type: number, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void;
  end(): void;
}

const RESPONSE_BYTES = FRAME_HEAD_BYTES + OFFSET.responseFields + 12;
/** An event's frame: hash i32, type i32 -2, identified u8, factory i32, class i32; then big-endian fields. */
const EVENT_FIELDS = 17;
const DATA_HEAD_BYTES = 8;
/** Event type, three lengths, the key's head, the lost flag. */
const SMALLEST_EVENT_BYTES = FRAME_HEAD_BYTES + EVENT_FIELDS + 16 + DATA_HEAD_BYTES + 1;

/**
 * ```
 * request   | start sequence i64 | min i32 | max i32 |, map name, predicate (null), projection (null)   to a partition
 * response  | count i32 | next sequence i64 |, [event Data …], sequences?
 * event     | head 17 | event type i32 | key length i32, Data | new value length i32, Data | old value … | lost u8 |
 * ```
 * min 1: the member answers when there is an event to give, however long that takes. Lengths are -1 for none.
 */
export function encodeMapEventJournalRead(
  writer: MessageWriter,
  correlation: number,
  partition: number,
  mapName: Buffer,
  start: number,
  max: number,
): void {
  const fields = writer.begin(TYPE, correlation, partition, 16);
  writeLong(writer.bytes, fields, start);
  writer.bytes.writeInt32LE(1, fields + 8);
  writer.bytes.writeInt32LE(max, fields + 12);
  writer.content(mapName);
  writer.null();
  writer.null();
  writer.end();
}

/** Hands the events of the reply at bytes[start, end) to the sink, in place. False: the sink cannot take them now. */
export function decodeMapEventJournalRead(bytes: Buffer, start: number, end: number, sink: JournalEventSink): boolean {
  if (skipFrame(bytes, start, end) < start + RESPONSE_BYTES)
    throw new MalformedMessageError('a reading without counts');
  const content = start + FRAME_HEAD_BYTES;
  const count = bytes.readInt32LE(content + OFFSET.responseFields);
  const next = readLong(bytes, content + OFFSET.responseFields + 4);
  // Before anybody reserves room for so many.
  if (count < 0 || count * SMALLEST_EVENT_BYTES > end - start) throw new MalformedMessageError(`${count} events`);
  if (!sink.begin(count, next, bytes)) return false;
  let at = skipFrame(bytes, skipFrame(bytes, start, end), end);
  for (let read = 0; read < count; read++) {
    const next = skipFrame(bytes, at, end);
    if (endsList(bytes, at)) throw new MalformedMessageError('fewer events than counted');
    decodeEvent(bytes, at + FRAME_HEAD_BYTES, next, sink);
    at = next;
  }
  skipFrame(bytes, at, end);
  if (!endsList(bytes, at)) throw new MalformedMessageError('more events than counted');
  sink.end();
  return true;
}

function decodeEvent(bytes: Buffer, content: number, end: number, sink: JournalEventSink): void {
  let at = content + EVENT_FIELDS;
  if (at + 12 > end) throw new MalformedMessageError('an event is shorter than its fields');
  const type = bytes.readInt32BE(at);
  const keyStart = at + 8;
  const keyEnd = keyStart + bytes.readInt32BE(at + 4);
  if (keyEnd < keyStart + DATA_HEAD_BYTES || keyEnd + 4 > end) throw new MalformedMessageError('an event has no key');
  at = keyEnd;
  const valueLength = bytes.readInt32BE(at);
  if (valueLength < -1 || at + 4 + valueLength > end) throw new MalformedMessageError('an event ends inside its value');
  sink.event(type, keyStart, keyEnd, valueLength < 0 ? -1 : at + 4, at + 4 + Math.max(valueLength, 0));
}

function endsList(bytes: Buffer, at: number): boolean {
  return (bytes.readUInt16LE(at + 4) & FLAG.endStructure) !== 0;
}

function skipFrame(bytes: Buffer, at: number, end: number): number {
  if (at + FRAME_HEAD_BYTES > end) throw new MalformedMessageError('a message ends inside a frame');
  const next = at + bytes.readInt32LE(at);
  if (next > end || next < at + FRAME_HEAD_BYTES) throw new MalformedMessageError('a message ends inside a frame');
  return next;
}
