import { type FollowedPosition } from './followed-position';
import { type FollowerNews } from './follower-lane';
import { type RescanCheck } from './journal-position';
import { type ParkedKeys } from './parked-keys';
import { type PartitionRescan } from './partition-rescan';
import { type StreamProgress } from './stream-progress';

/** A follower's duty to score its partition again from its map: why, how far it is, and what is counted and told of it. */
export class RescanDuty {
  /** Under way, or waiting for its turn. */
  scan: PartitionRescan | undefined;
  private check: RescanCheck | undefined;
  /** The one that was counted: a scan that begins anew is none of its own. */
  private counted: RescanCheck | undefined;
  /** Keys whose predictions were found wrong. */
  private wrong: readonly string[] = [];

  constructor(
    private readonly position: FollowedPosition,
    private readonly progress: StreamProgress,
    private readonly tell: (news: FollowerNews) => void,
  ) {}

  /** Why; until it is through, since the position means nothing to another owner before. */
  get wanted(): RescanCheck | undefined {
    return this.check;
  }

  want(check: RescanCheck): void {
    this.check = check;
  }

  /** @param wrong keys whose predictions are */
  wantRepair(wrong: readonly string[]): void {
    this.wrong = wrong;
    this.check = { kind: 'rescan', reason: 'repair' };
  }

  /** @param oldest sequence of the oldest event that the journal still holds */
  begin(check: RescanCheck, oldest: number, scan: PartitionRescan): void {
    const isFirstTry = check !== this.counted;
    const lost = check.reason === 'unknown-start' || check.reason === 'reset' ? 0 : this.position.lostBefore(oldest);
    this.check = this.counted = check;
    this.scan = scan;
    this.progress.lost += lost;
    if (isFirstTry) this.progress.countRescan(check.reason);
    if (isFirstTry || lost > 0) this.tell({ kind: 'rescan', reason: check.reason, lost });
  }

  /** The scan is through: the position is behind all that it can have seen. */
  end({ sequence }: PartitionRescan, parked: ParkedKeys): void {
    const newJournal = this.check?.reason === 'reset' || sequence + 1 < this.position.next;
    this.check = this.scan = undefined;
    this.countRepairs(parked);
    this.position.restartAt(sequence + 1, newJournal);
    this.tell({ kind: 'rescanned' });
  }

  private countRepairs(parked: ParkedKeys): void {
    // A record that cannot be scored is not forgotten: whoever followed the partition before has parked it.
    const keys = this.wrong.filter((key) => !parked.hasKey(key)).length;
    this.wrong = [];
    this.progress.repaired += keys;
    if (keys > 0) this.tell({ kind: 'repair', keys });
  }
}
