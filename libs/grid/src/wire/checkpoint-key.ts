import { partitionOfData } from './partition-hash';

const STRING_TYPE_ID = -11;

/** A string as Data: hash i32 0 | type i32 -11 | length i32 | UTF-8 bytes, big-endian. */
export function stringData(value: string): Buffer {
  const text = Buffer.from(value, 'utf8');
  const data = Buffer.alloc(12 + text.length);
  data.writeInt32BE(STRING_TYPE_ID, 4);
  data.writeInt32BE(text.length, 8);
  text.copy(data, 12);
  return data;
}

/**
 * The key of a partition's checkpoint: the first `<partition>.<n>` that lies in that very partition, so that records,
 * predictions and checkpoint live, move and are lost together. The same on every node and client.
 */
export function checkpointKey(partition: number, partitionCount: number): Buffer {
  for (let n = 0; ; n++) {
    const key = stringData(`${partition}.${n}`);
    if (partitionOfData(key, partitionCount) === partition) return key;
  }
}
