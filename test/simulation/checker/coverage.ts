import { type StreamReplica } from '../grid/replica';
import { type Write } from '../grid/writes';
import { type ParkedRecords } from '../node/parked-records';

/**
 * Whether nothing is owed any more for this event: its prediction or a later one is stored, or it is parked, or its record
 * was removed since, or a later event of its key is still to be read. A later write without an event counts, lost with
 * a primary or merged: going back some events after a failover answers the one, the audit the other.
 *
 * @param next the sequence that is read next
 */
export function isCovered(stream: StreamReplica, write: Write, parked: ParkedRecords, next: number): boolean {
  if (stream.isSettled(write) || parked.covers(write)) return true;
  // One that came back by a write that was sent too late is for the repair that such a write calls for.
  const isGone = stream.predictions.get(write.key)?.late ?? true;
  if (write.value === null && isGone) return true;
  const isLater = (other: Write): boolean => other.key === write.key && other.applied > write.applied;
  if (stream.unheard.some(isLater)) return true;
  return stream.journal.events.some(
    ({ write: other, sequence }) => isLater(other) && (sequence >= next || other.value === null),
  );
}
