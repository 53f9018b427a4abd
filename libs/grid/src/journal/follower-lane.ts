import { type NearscoreError } from '@nearscore/errors';
import { type FollowerClock } from './follower-clock';
import { type UnparkedKey } from './parked-keys';
import { type RecordBatch } from './record-batch';
import { type RecordIdentity } from './record-identity';
import { type ReadingRests } from './reading-rests';
import { type ScanTurns } from './scan-turns';

/** What a follower of type F needs of the lane it works in. */
export interface FollowerLane<F extends { endRest(): void }> {
  readonly clock: FollowerClock;
  readonly identity: RecordIdentity;
  /** Most events of one reading, and rows of one page, now. */
  readonly maxRows: number;
  /** How far before its checkpoint a partition is read again when somebody else may have scored it. */
  readonly replayEvents: number;
  /** The stream's batch, when it can take so many rows now. */
  batchFor(follower: F, rows: number): RecordBatch | undefined;
  /** The follower has opened the batch's last segment and filled it. */
  collected(follower: F): void;
  /** Whether the partition's owner is the lane's own member. */
  isLocal(partition: number): boolean;
  /** Scans are few at a time: each holds its partition's keys in memory. */
  readonly scanTurns: Pick<ScanTurns, 'take' | 'end'>;
  /** Rests between two readings of a partition. */
  readonly rests: Pick<ReadingRests<F>, 'came' | 'take'>;
  /** Sends what channels were asked outside of a delivery: nobody else does it then. */
  flush(): void;
  told(follower: F, what: FollowerNews): void;
  /** Later events of parked records are scored, or their records are removed. */
  unparked(follower: F, keys: readonly UnparkedKey[]): void;
}

/** What happened to a partition, for logs. */
export type FollowerNews =
  | { readonly kind: 'rescan'; readonly reason: string; readonly lost: number }
  | { readonly kind: 'rescanned' }
  | { readonly kind: 'rewind'; readonly error: NearscoreError }
  /** The predictions of so many keys were found to be wrong or missing, though no journal told. */
  | { readonly kind: 'repair'; readonly keys: number };
