import { clientBytes, clientRequest, encoded } from '../../../../../test/fixtures/wire/client-codecs';
import { dataOf, keysIn } from '../../../../../test/fixtures/wire/client-hash';
import { PARTITION, PARTITION_COUNT, SCANNED_ENTRIES } from '../../../../../test/fixtures/wire/recorded-world';
import {
  decodeTruncations,
  decodeWhole,
  frameStarts,
  patched,
  wireFixture,
} from '../../../../../test/fixtures/wire/wire-fixture';
import { MessageReader } from '../message-reader';
import { decodeMapFetchEntries, encodeMapFetchEntries, FIRST_PAGE, isLastPage } from './map-fetch-entries.codec';

/** A page with its entries as bytes. */
function decode(bytes: Buffer, start: number, end: number) {
  const { pointers, offsets } = decodeMapFetchEntries(new MessageReader(bytes, start, end));
  const entries: [string, string][] = [];
  for (let i = 0; i < offsets.length; i += 4) {
    const [keyStart, keyEnd, valueStart, valueEnd] = offsets.slice(i, i + 4);
    entries.push([bytes.toString('hex', keyStart, keyEnd), bytes.toString('hex', valueStart, valueEnd)]);
  }
  return { pointers, entries };
}

describe('map-fetch-entries', () => {
  const pages = ['first', 'second', 'last'].map((name) => wireFixture(`map-fetch-entries.${name}`));

  it('reads pages that together are the partition, the last one known as such', () => {
    const decoded = pages.map((page) => decodeWhole(page, decode));
    const expected = keysIn(PARTITION, PARTITION_COUNT, SCANNED_ENTRIES, 'scan-').map((key) => [
      dataOf(key).toString('hex'),
      dataOf(`value of ${key}`).toString('hex'),
    ]);
    expect(decoded.flatMap(({ entries }) => entries).sort()).toEqual(expected.sort());
    expect(decoded.map(({ pointers }) => isLastPage(pointers))).toEqual([false, false, true]);
  });

  it.each(pages.map((page, index) => [index, page] as const))('refuses every truncation of page %d', (_, page) => {
    expect(decodeTruncations(page, decode)).toBeUndefined();
  });

  it('refuses pointers that are not pairs', () => {
    const page = pages[0] as Buffer;
    const [head, pointersAt, next] = frameStarts(page) as [number, number, number];
    const frame = page.subarray(pointersAt, next);
    const longer = patched(Buffer.concat([frame, Buffer.alloc(4)]), (copy) => copy.writeInt32LE(copy.length, 0));
    const wrong = Buffer.concat([page.subarray(head, pointersAt), longer, page.subarray(next)]);
    expect(() => decodeWhole(wrong, decode)).toThrow(expect.objectContaining({ code: 'WIRE_MALFORMED_MESSAGE' }));
  });

  it('takes a page without pointers for the last', () => {
    expect(isLastPage([])).toBe(true);
  });

  it.each([
    ['the first page', FIRST_PAGE],
    [
      'a later one',
      [
        [40, 64],
        [0x7fffffff, 32],
      ] as const,
    ],
  ])('asks as the protocol says: %s', (_, pointers) => {
    const name = Buffer.from('features.fraud');
    const fields = Buffer.alloc(4);
    fields.writeInt32LE(100);
    const pairs = Buffer.alloc(pointers.length * 8);
    pointers.flat().forEach((value, index) => pairs.writeInt32LE(value, index * 4));
    const expected = clientRequest(0x013800, fields, [name, pairs]);
    expect(encoded((writer) => encodeMapFetchEntries(writer, 3, 6, name, { pointers, batch: 100 }))).toEqual(
      clientBytes(expected, 3, 6),
    );
  });
});
