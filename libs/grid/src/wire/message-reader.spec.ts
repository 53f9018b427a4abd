import fc from 'fast-check';
import { decodeTruncations, decodeWhole } from '../../../../test/fixtures/wire/wire-fixture';
import { encoded } from '../../../../test/fixtures/wire/client-codecs';
import { FLAG, readLong, writeLong } from './frame';
import { MessageReader } from './message-reader';
import { type MessageWriter } from './message-writer';

/** What a message may hold: text, nothing, or a list of the same. */
type Item = string | null | Item[];

const { item } = fc.letrec<{ item: Item }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.constant(null),
    fc.array(tie('item'), { maxLength: 4 }),
  ),
}));

function write(writer: MessageWriter, value: Item): void {
  if (!Array.isArray(value)) return writer.nullable(value);
  writer.beginStructure();
  for (const one of value) write(writer, one);
  writer.endStructure();
}

function read(reader: MessageReader): Item {
  if (!reader.nextHas(FLAG.beginStructure)) return reader.nullableString();
  const items: Item[] = [];
  reader.list(() => items.push(read(reader)));
  return items;
}

function messageOf(items: readonly Item[]): Buffer {
  return encoded((writer) => {
    writer.begin(0x010203, 4, 5, 0);
    for (const one of items) write(writer, one);
    writer.end();
  });
}

const readAll = (bytes: Buffer, start: number, end: number): Item[] => {
  const reader = new MessageReader(bytes, start, end);
  const items: Item[] = [];
  while (reader.hasNext()) items.push(read(reader));
  return items;
};

describe('MessageReader', () => {
  it('reads what MessageWriter wrote', () => {
    fc.assert(
      fc.property(fc.array(item), (items) => {
        expect(decodeWhole(messageOf(items), readAll)).toEqual(items);
      }),
    );
  });

  it('skips what a newer member added to a structure', () => {
    fc.assert(
      fc.property(fc.array(item), (added) => {
        const message = encoded((writer) => {
          writer.begin(1, 2, 3, 0);
          write(writer, ['known', ...added]);
          writer.string('behind');
          writer.end();
        });
        const reader = new MessageReader(message, 0, message.length);
        reader.next();
        expect(reader.string()).toBe('known');
        reader.skipToEnd();
        expect(reader.string()).toBe('behind');
        expect(reader.hasNext()).toBe(false);
      }),
    );
  });

  it('never reads behind the end of a message', () => {
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 3 }), (items) => {
        const message = messageOf(items);
        // The last list is not closed before the very end, so that no shorter message is complete.
        const whole = (bytes: Buffer, start: number, end: number) => {
          const reader = new MessageReader(bytes, start, end);
          return items.map(() => read(reader));
        };
        expect(decodeTruncations(message, whole)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('refuses fields that lie outside of their frame', () => {
    const message = messageOf(['x']);
    const reader = new MessageReader(message, 0, message.length);
    expect(reader.type).toBe(0x010203);
    for (const outside of [() => reader.int(13), () => reader.long(9), () => reader.field(16, 1)]) {
      expect(outside).toThrow(expect.objectContaining({ code: 'WIRE_MALFORMED_MESSAGE' }));
    }
  });
});

describe('64-bit integers', () => {
  it('are read as they were written, negative ones too', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const bytes = Buffer.alloc(8);
        writeLong(bytes, 0, value);
        expect(bytes.readBigInt64LE()).toBe(BigInt(value));
        expect(readLong(bytes, 0)).toBe(value);
      }),
    );
  });
});
