import { type Call } from './call';
import { type Replica, type StoredEntry, type StoredPrediction } from './replica';
import { type Write } from './writes';

/** Sees every change of a primary just before it is made: the checker. */
export interface GridObserver {
  onStoring(
    replica: Replica,
    stream: number,
    key: string,
    prediction: StoredPrediction | undefined,
    text: string,
    call: Call,
  ): void;
  /** @param removal the event that asked for it; undefined: the key had no record when the partition was looked through */
  onRemoving(replica: Replica, stream: number, key: string, removal: Write | undefined, call: Call): void;
  onEntry(replica: Replica, entry: StoredEntry, call: Call): void;
  /** A lane is told where a journal begins. */
  onSubscribed(lane: string, partition: number, stream: number, oldest: number): void;
}
