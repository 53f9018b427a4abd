import Long from 'long';
import { clientBytes, clientCodec, encoded } from '../../../../../test/fixtures/wire/client-codecs';
import { SAMPLE_SCHEMA_ID, SAMPLE_TYPE } from '../../../../../test/fixtures/wire/recorded-world';
import {
  decodeTruncations,
  decodeWhole,
  frameStarts,
  wireFixture,
} from '../../../../../test/fixtures/wire/wire-fixture';
import { MessageReader } from '../message-reader';
import { decodeClientFetchSchema, encodeClientFetchSchema } from './client-fetch-schema.codec';

const KIND = { float32: 13, string: 17 };
const known = wireFixture('client-fetch-schema.known');
const decode = (bytes: Buffer, start: number, end: number) =>
  decodeClientFetchSchema(new MessageReader(bytes, start, end));

describe('client-fetch-schema', () => {
  it('reads type and fields', () => {
    expect(decodeWhole(known, decode)).toEqual({
      typeName: SAMPLE_TYPE,
      fields: [
        { name: 'label', kind: KIND.string },
        { name: 'score', kind: KIND.float32 },
      ],
    });
  });

  it('reads that the schema is not known', () => {
    const unknown = wireFixture('client-fetch-schema.unknown');
    expect(decodeWhole(unknown, decode)).toBeNull();
    expect(decodeTruncations(unknown, decode)).toBeUndefined();
  });

  it('refuses every truncation before the end of the fields', () => {
    expect(decodeTruncations(known, decode)).toBe(frameStarts(known).pop());
  });

  it('asks as the real client does', () => {
    const expected = clientCodec('ClientFetchSchema').encodeRequest(Long.fromString(SAMPLE_SCHEMA_ID));
    expect(encoded((writer) => encodeClientFetchSchema(writer, 4, BigInt(SAMPLE_SCHEMA_ID)))).toEqual(
      clientBytes(expected, 4, -1),
    );
  });
});
