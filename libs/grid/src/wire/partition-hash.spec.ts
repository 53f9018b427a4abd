import fc from 'fast-check';
import { clientPartitionOf, dataOf } from '../../../../test/fixtures/wire/client-hash';
import { checkpointKey, stringData } from './checkpoint-key';
import { partitionOfData } from './partition-hash';

const partitionCount = fc.integer({ min: 1, max: 1_000 });

describe('partitionOfData', () => {
  it('gives the partition that the real client gives, for any string key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), partitionCount, (key, count) => {
        const data = dataOf(key);
        expect(stringData(key)).toEqual(data);
        expect(partitionOfData(data, count)).toBe(clientPartitionOf(data, count));
      }),
    );
  });

  it('gives it for keys of any other type and any length', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer(), fc.double({ noNaN: true }), fc.uint8Array({ maxLength: 70 })),
        partitionCount,
        (key, count) => {
          const data = dataOf(key instanceof Uint8Array ? Buffer.from(key) : key);
          expect(partitionOfData(data, count)).toBe(clientPartitionOf(data, count));
        },
      ),
    );
  });

  it.each([
    [5, 2],
    [-5, 2],
    [-0x8000_0000, 0],
    [0x7fff_ffff, 1],
  ])('takes the hash that the Data brings: %d', (hash, expected) => {
    const data = stringData('key');
    data.writeInt32BE(hash, 0);
    expect(partitionOfData(data, 3)).toBe(expected);
    expect(clientPartitionOf(data, 3)).toBe(expected);
  });
});

describe('checkpointKey', () => {
  it('lies in its own partition, for every partition of small and of usual counts', () => {
    for (const count of [...Array.from({ length: 40 }, (_, index) => index + 1), 271, 997]) {
      for (let partition = 0; partition < count; partition++) {
        const key = checkpointKey(partition, count);
        if (partitionOfData(key, count) !== partition) throw new Error(`partition ${partition} of ${count}`);
      }
    }
  });

  it('is found by the real client under its name', () => {
    for (const partition of [0, 1, 13, 270]) {
      const key = checkpointKey(partition, 271);
      const name = key.toString('utf8', 12);
      expect(name).toMatch(new RegExp(`^${partition}\\.\\d+$`));
      expect(dataOf(name)).toEqual(key);
      expect(clientPartitionOf(key, 271)).toBe(partition);
    }
  });
});
