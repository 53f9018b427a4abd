import { type GrowthCase } from './growth-case';

/** `capacity` of each journal in deploy/hazelcast.yaml. */
const JOURNAL_EVENTS = 600_000;
// Estimates on the safe side of what a 64-bit JVM needs beside the floats: keys, entries, headers, predictions.
const BYTES_PER_KEY = 570;
const BYTES_PER_EVENT = 400;
const FLOAT_BYTES = 4;
/** Room for what is new, and for what is not collected yet. */
const ROOM = 2;
const MIB = 2 ** 20;
/** Several members run side by side, and each has one stream's maps at least. */
const LEAST_MB = 2_048;

/** Heap that a single member needs for the maps and full journals of a case, whole GiB, in MiB. */
export function heapMbFor({ keys, streams, width }: Pick<GrowthCase, 'keys' | 'streams' | 'width'>): number {
  const floats = width * FLOAT_BYTES;
  const live = keys * (floats + BYTES_PER_KEY) + streams * JOURNAL_EVENTS * (floats + BYTES_PER_EVENT);
  return Math.max(LEAST_MB, Math.ceil((live * ROOM) / MIB / 1024) * 1024);
}
