import {
  clientBytes,
  clientCodec,
  clientData,
  clientDecode,
  encoded,
} from '../../../../../test/fixtures/wire/client-codecs';
import { dataOf, keysIn } from '../../../../../test/fixtures/wire/client-hash';
import { PARTITION, PARTITION_COUNT, WRITES } from '../../../../../test/fixtures/wire/recorded-world';
import { decodeTruncations, decodeWhole, wireFixture } from '../../../../../test/fixtures/wire/wire-fixture';
import { MessageReader } from '../message-reader';
import { decodeMapGetAll, encodeMapGetAll } from './map-get-all.codec';

type Entries = Record<string, string>;

/** The entries found, in hex. */
function decode(bytes: Buffer, start: number, end: number): Entries {
  const offsets = decodeMapGetAll(new MessageReader(bytes, start, end));
  const found: Entries = {};
  for (let i = 0; i < offsets.length; i += 4) {
    const [keyStart, keyEnd, valueStart, valueEnd] = offsets.slice(i, i + 4);
    found[bytes.toString('hex', keyStart, keyEnd)] = bytes.toString('hex', valueStart, valueEnd);
  }
  return found;
}

/** What the member was asked for and had. */
function expectedEntries(): Entries {
  const keys = keysIn(PARTITION, PARTITION_COUNT, 4, 'key-');
  const last = new Map(WRITES.map(([number, value]) => [dataOf(keys[number]).toString('hex'), value]));
  return Object.fromEntries(
    [...last].filter(([, value]) => value !== null).map(([key, value]) => [key, dataOf(value).toString('hex')]),
  );
}

describe('map-get-all', () => {
  it('gives the entries that exist', () => {
    const expected = expectedEntries();
    expect(Object.keys(expected)).toHaveLength(3);
    expect(decodeWhole(wireFixture('map-get-all.found'), decode)).toEqual(expected);
    expect(decodeWhole(wireFixture('map-get-all.none'), decode)).toEqual({});
  });

  it('reads what the real client reads', () => {
    type Pair = [{ toBuffer(): Buffer }, { toBuffer(): Buffer }];
    const pairs = clientDecode<Pair[]>('MapGetAll', wireFixture('map-get-all.found'));
    const read = pairs.map((pair) => pair.map((data) => data.toBuffer().toString('hex')));
    expect(Object.fromEntries(read)).toEqual(expectedEntries());
  });

  it.each(['found', 'none'])('refuses every truncation: %s', (name) => {
    expect(decodeTruncations(wireFixture(`map-get-all.${name}`), decode)).toBeUndefined();
  });

  it.each([
    ['keys', ['a', 'key that is longer', '']],
    ['no key', []],
  ])('asks as the real client does: %s', (_, texts) => {
    const keys = texts.map(dataOf);
    const expected = clientCodec('MapGetAll').encodeRequest('predictions.fraud', keys.map(clientData));
    const bytes = Buffer.concat([Buffer.from('before'), ...keys]);
    let end = 'before'.length;
    const ranges = keys.map((key) => [end, (end += key.length)] as const);
    const name = Buffer.from('predictions.fraud');
    expect(encoded((writer) => encodeMapGetAll(writer, 9, 4, name, { bytes, ranges }))).toEqual(
      clientBytes(expected, 9, 4),
    );
  });
});
