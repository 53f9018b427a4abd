import { HazelcastJsonValue } from 'hazelcast-client';
import fc from 'fast-check';
import { dataOf } from '../../../../test/fixtures/wire/client-hash';
import { CheckpointFormatError, decodeCheckpoint, encodeCheckpoint } from './checkpoint.codec';

const jsonData = (json: string): Buffer => dataOf(new HazelcastJsonValue(json));

describe('checkpoint entry', () => {
  it('is read as it was written', () => {
    const positions = fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.maxSafeNat()));
    fc.assert(
      fc.property(positions, (entries) => {
        const map = new Map(entries);
        expect(decodeCheckpoint(encodeCheckpoint(map, 1_700_000_000_000))).toEqual(map);
      }),
    );
  });

  it('is the JSON that every client can read', () => {
    const data = encodeCheckpoint(new Map([['fraud', 12]]), 5);
    expect(data).toEqual(jsonData('{"v":1,"savedAt":5,"streams":{"fraud":12}}'));
  });

  it('may say more than this version knows', () => {
    expect(decodeCheckpoint(jsonData('{"v":1,"streams":{"a":1},"lease":{}}'))).toEqual(new Map([['a', 1]]));
  });

  it.each([
    ['another format version', jsonData('{"v":2,"streams":{}}')],
    ['no version', jsonData('{"streams":{}}')],
    ['no streams', jsonData('{"v":1}')],
    ['streams that are a list', jsonData('{"v":1,"streams":[1]}')],
    ['streams that are null', jsonData('{"v":1,"streams":null}')],
    ['a negative sequence', jsonData('{"v":1,"streams":{"a":-1}}')],
    ['a fraction', jsonData('{"v":1,"streams":{"a":1.5}}')],
    ['a sequence that is text', jsonData('{"v":1,"streams":{"a":"1"}}')],
    ['a sequence that is null', jsonData('{"v":1,"streams":{"a":null}}')],
    ['a number', jsonData('1')],
    ['null', jsonData('null')],
    ['a list', jsonData('[]')],
    ['broken JSON', jsonData('{"v":1,')],
    ['empty JSON', jsonData('')],
    ['text', dataOf('{"v":1,"streams":{}}')],
    ['bytes', dataOf(Buffer.from('{}'))],
    ['nothing', Buffer.alloc(0)],
    ['a head alone', jsonData('{}').subarray(0, 8)],
  ])('is refused with a typed error: %s', (_, data) => {
    expect(() => decodeCheckpoint(data)).toThrow(CheckpointFormatError);
  });
});
