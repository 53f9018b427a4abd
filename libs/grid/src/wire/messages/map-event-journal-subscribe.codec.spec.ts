import { clientBytes, clientRequest, encoded } from '../../../../../test/fixtures/wire/client-codecs';
import { WRITES } from '../../../../../test/fixtures/wire/recorded-world';
import { decodeTruncations, decodeWhole, wireFixture } from '../../../../../test/fixtures/wire/wire-fixture';
import { MessageReader } from '../message-reader';
import { decodeMapEventJournalSubscribe, encodeMapEventJournalSubscribe } from './map-event-journal-subscribe.codec';

const decode = (bytes: Buffer, start: number, end: number) =>
  decodeMapEventJournalSubscribe(new MessageReader(bytes, start, end));

describe('map-event-journal-subscribe', () => {
  it.each([
    ['response', { oldest: 0, newest: WRITES.length - 1 }],
    ['empty', { oldest: 0, newest: -1 }],
  ])('reads the journal’s ends: %s', (name, expected) => {
    const message = wireFixture(`map-event-journal-subscribe.${name}`);
    expect(decodeWhole(message, decode)).toEqual(expected);
    expect(decodeTruncations(message, decode)).toBeUndefined();
  });

  it('asks as the protocol says', () => {
    const name = Buffer.from('features.fraud');
    const expected = clientRequest(0x014100, Buffer.alloc(0), [name]);
    expect(encoded((writer) => encodeMapEventJournalSubscribe(writer, 5, 6, name))).toEqual(
      clientBytes(expected, 5, 6),
    );
  });
});
