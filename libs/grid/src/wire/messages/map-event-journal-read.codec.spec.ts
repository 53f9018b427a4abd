import { dataOf, keysIn } from '../../../../../test/fixtures/wire/client-hash';
import { clientBytes, clientRequest, encoded } from '../../../../../test/fixtures/wire/client-codecs';
import { PARTITION, PARTITION_COUNT, WRITES } from '../../../../../test/fixtures/wire/recorded-world';
import {
  decodeTruncations,
  decodeWhole,
  frameStarts,
  patched,
  wireFixture,
} from '../../../../../test/fixtures/wire/wire-fixture';
import { EVENT_TYPE } from '../../journal/event-type';
import {
  decodeMapEventJournalRead,
  encodeMapEventJournalRead,
  type JournalEventSink,
} from './map-event-journal-read.codec';

const events = wireFixture('map-event-journal-read.events');
const COUNT_AT = 19;
const MALFORMED = expect.objectContaining({ code: 'WIRE_MALFORMED_MESSAGE' });

/** Keeps what it was given, bytes copied. */
class Collector implements JournalEventSink {
  readonly told: unknown[] = [];
  private bytes: Buffer = Buffer.alloc(0);

  constructor(private readonly takes = true) {}

  begin(count: number, nextSequence: number, bytes: Buffer): boolean {
    this.bytes = bytes;
    this.told.push({ count, nextSequence });
    return this.takes;
  }

  event(type: number, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    const value = valueStart < 0 ? null : this.bytes.toString('hex', valueStart, valueEnd);
    this.told.push({ type, key: this.bytes.toString('hex', keyStart, keyEnd), value });
  }

  end(): void {
    this.told.push('end');
  }
}

function decode(bytes: Buffer, start: number, end: number): unknown[] {
  const sink = new Collector();
  expect(decodeMapEventJournalRead(bytes, start, end, sink)).toBe(true);
  return sink.told;
}

describe('map-event-journal-read', () => {
  it('reads every event with the bytes that the real client wrote', () => {
    const keys = keysIn(PARTITION, PARTITION_COUNT, 4, 'key-');
    const seen = new Set<number>();
    const expected = WRITES.map(([number, value]) => {
      const put = seen.has(number) ? EVENT_TYPE.updated : EVENT_TYPE.added;
      seen.add(number);
      return {
        type: value === null ? EVENT_TYPE.removed : put,
        key: dataOf(keys[number]).toString('hex'),
        value: value === null ? null : dataOf(value).toString('hex'),
      };
    });
    const head = { count: WRITES.length, nextSequence: WRITES.length };
    expect(decodeWhole(events, decode)).toEqual([head, ...expected, 'end']);
  });

  it('reads an answer without events', () => {
    const empty = wireFixture('map-event-journal-read.empty');
    expect(decodeWhole(empty, decode)).toEqual([{ count: 0, nextSequence: 0 }, 'end']);
  });

  it('gives nothing to a sink that cannot take it now', () => {
    const sink = new Collector(false);
    expect(decodeMapEventJournalRead(events, 0, events.length, sink)).toBe(false);
    expect(sink.told).toHaveLength(1);
  });

  it('refuses every truncation before the end of the events', () => {
    const sequences = frameStarts(events).pop();
    expect(decodeTruncations(events, decode)).toBe(sequences);
  });

  it.each([-1, 0, WRITES.length - 1, WRITES.length + 1, 20, 0x7fff_ffff])(
    'refuses a count of %d for 6 events',
    (count) => {
      const wrong = patched(events, (copy) => copy.writeInt32LE(count, COUNT_AT));
      expect(() => decodeWhole(wrong, decode)).toThrow(MALFORMED);
    },
  );

  it('reserves no room for a count that the message cannot hold', () => {
    const sink = new Collector();
    const wrong = patched(events, (copy) => copy.writeInt32LE(100, COUNT_AT));
    expect(() => decodeMapEventJournalRead(wrong, 0, wrong.length, sink)).toThrow(MALFORMED);
    expect(sink.told).toEqual([]);
  });

  describe('an event whose lengths are wrong', () => {
    const firstEvent = frameStarts(events)[2] as number;
    const keyLengthAt = firstEvent + 6 + 17 + 4;
    const valueLengthAt = keyLengthAt + 4 + events.readInt32BE(keyLengthAt);

    it.each([
      ['key', keyLengthAt, -1],
      ['key', keyLengthAt, 0],
      ['key', keyLengthAt, 7],
      ['key', keyLengthAt, 1_000_000],
      ['key', keyLengthAt, -0x8000_0000],
      ['key', keyLengthAt, 0x7fff_ffff],
      ['value', valueLengthAt, -2],
      ['value', valueLengthAt, 1_000_000],
      ['value', valueLengthAt, -0x8000_0000],
      ['value', valueLengthAt, 0x7fff_ffff],
    ])('is refused: %s at %d: %d', (_, at, length) => {
      expect(() =>
        decodeWhole(
          patched(events, (copy) => copy.writeInt32BE(length, at)),
          decode,
        ),
      ).toThrow(MALFORMED);
    });

    it.each([0, 5, -1, 0x7fff_ffff, -0x8000_0000])('a frame of %d bytes is refused', (size) => {
      const wrong = patched(events, (copy) => copy.writeInt32LE(size, firstEvent));
      expect(() => decode(wrong, 0, wrong.length)).toThrow(MALFORMED);
    });
  });

  it('asks as the protocol says: a long poll without predicate and projection', () => {
    const name = Buffer.from('features.fraud');
    const fields = Buffer.alloc(16);
    fields.writeBigInt64LE(2n ** 40n + 5n, 0);
    fields.writeInt32LE(1, 8);
    fields.writeInt32LE(512, 12);
    const expected = clientRequest(0x014200, fields, [name, null, null]);
    expect(encoded((writer) => encodeMapEventJournalRead(writer, 8, 11, name, 2 ** 40 + 5, 512))).toEqual(
      clientBytes(expected, 8, 11),
    );
  });
});
