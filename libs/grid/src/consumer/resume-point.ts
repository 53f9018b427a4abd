import { type StreamCheckpoint } from '../journal/partition-entry.codec';
import { hashOf } from '../reading/event-history';
import { type JournalRange, type MapReader } from '../reading/map-reader';

export interface ConsumedJournalPlace {
  readonly map: string;
  readonly partition: number;
}

/**
 * The first of the checkpoints whose last event is still what the journal has at that sequence. Undefined: the journal is
 * another one. A checkpoint whose last event was dropped is believed: whether events were missed shows when reading on.
 */
export async function findResumePoint(
  reader: MapReader,
  place: ConsumedJournalPlace,
  checkpoints: readonly StreamCheckpoint[],
  range: JournalRange,
  signal: AbortSignal,
): Promise<StreamCheckpoint | undefined> {
  for (const checkpoint of checkpoints) {
    if (await isOfJournal(reader, place, checkpoint, range, signal)) return checkpoint;
  }
  return undefined;
}

async function isOfJournal(
  reader: MapReader,
  { map, partition }: ConsumedJournalPlace,
  { next, tail }: StreamCheckpoint,
  { oldest, newest }: JournalRange,
  signal: AbortSignal,
): Promise<boolean> {
  if (!tail) return next <= newest + 1;
  if (tail.sequence > newest) return false;
  if (tail.sequence < oldest) return true;
  const { first, events } = await reader.readJournal(map, partition, tail.sequence, { max: 1, signal });
  const [event] = events;
  if (!event || first > tail.sequence) return true;
  const { key, value } = hashOf(event);
  return first === tail.sequence && key === tail.high && value === tail.low;
}
