import { HazelcastJsonValue } from 'hazelcast-client';
import fc from 'fast-check';
import { dataOf } from '../../../../test/fixtures/wire/client-hash';
import {
  CheckpointFormatError,
  decodePartitionEntry,
  encodePartitionEntry,
  type PartitionEntry,
  type StreamCheckpoint,
} from './partition-entry.codec';

const jsonData = (json: string): Buffer => dataOf(new HazelcastJsonValue(json));

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const tail = fc.record({ sequence: fc.maxSafeNat(), high: int32, low: int32 });
const checkpoint: fc.Arbitrary<StreamCheckpoint> = fc.record(
  { next: fc.maxSafeNat(), incarnation: fc.maxSafeNat(), tail },
  { requiredKeys: ['next', 'incarnation'] },
);
const entries: fc.Arbitrary<PartitionEntry> = fc.record({
  ...{ writes: fc.maxSafeNat(), epoch: fc.maxSafeNat(), leaseMs: fc.maxSafeNat(), suspicions: fc.maxSafeNat() },
  holder: fc.option(fc.string()),
  streams: fc.array(fc.tuple(fc.string({ minLength: 1 }), checkpoint)).map((streams) => new Map(streams)),
});

const WHOLE = '"n":1,"epoch":2,"holder":null,"leaseMs":3,"suspicions":0,"savedAt":5';
const streams = (json: string): Buffer => jsonData(`{"v":2,${WHOLE},"streams":${json}}`);

describe('partition entry', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        expect(decodePartitionEntry(encodePartitionEntry(entry, 1_700_000_000_000))).toEqual(entry);
      }),
    );
  });

  it('is the JSON that every client can read', () => {
    const checkpoints = new Map([['fraud', { next: 12, incarnation: 1, tail: { sequence: 11, high: -1, low: 255 } }]]);
    const entry = { writes: 1, epoch: 2, holder: null, leaseMs: 3, suspicions: 0, streams: checkpoints };
    expect(encodePartitionEntry(entry, 5)).toEqual(
      streams('{"fraud":{"next":12,"incarnation":1,"tail":{"sequence":11,"fingerprint":"ffffffff000000ff"}}}'),
    );
  });

  it('may say more than this version knows', () => {
    const data = jsonData(`{"v":2,${WHOLE},"streams":{"a":{"next":1,"incarnation":1,"more":1}},"more":{}}`);
    expect(decodePartitionEntry(data).streams).toEqual(new Map([['a', { next: 1, incarnation: 1 }]]));
  });

  it.each([
    ['an older format version', jsonData('{"v":1,"streams":{}}')],
    ['no version', jsonData('{"streams":{}}')],
    ['no streams', jsonData(`{"v":2,${WHOLE}}`)],
    ['no holder', jsonData('{"v":2,"n":1,"epoch":2,"leaseMs":3,"suspicions":0,"streams":{}}')],
    [
      'a holder that is a number',
      jsonData('{"v":2,"n":1,"epoch":2,"holder":1,"leaseMs":3,"suspicions":0,"streams":{}}'),
    ],
    [
      'an epoch that is text',
      jsonData('{"v":2,"n":1,"epoch":"2","holder":null,"leaseMs":3,"suspicions":0,"streams":{}}'),
    ],
    ['streams that are a list', streams('[1]')],
    ['streams that are null', streams('null')],
    ['a negative sequence', streams('{"a":{"next":-1,"incarnation":1}}')],
    ['a fraction', streams('{"a":{"next":1.5,"incarnation":1}}')],
    ['a sequence that is text', streams('{"a":{"next":"1","incarnation":1}}')],
    ['no incarnation', streams('{"a":{"next":1}}')],
    ['a tail without a fingerprint', streams('{"a":{"next":1,"incarnation":1,"tail":{"sequence":0}}}')],
    ['a short fingerprint', streams('{"a":{"next":1,"incarnation":1,"tail":{"sequence":0,"fingerprint":"ff"}}}')],
    ['a stream that is null', streams('{"a":null}')],
    ['a number', jsonData('1')],
    ['null', jsonData('null')],
    ['a list', jsonData('[]')],
    ['broken JSON', jsonData('{"v":2,')],
    ['empty JSON', jsonData('')],
    ['text', dataOf(`{"v":2,${WHOLE},"streams":{}}`)],
    ['bytes', dataOf(Buffer.from('{}'))],
    ['nothing', Buffer.alloc(0)],
    ['a head alone', jsonData('{}').subarray(0, 8)],
  ])('is refused with a typed error: %s', (_, data) => {
    expect(() => decodePartitionEntry(data)).toThrow(CheckpointFormatError);
  });
});
