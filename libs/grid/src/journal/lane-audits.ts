import { AuditRounds, type AuditTarget } from './audit-rounds';
import { type FollowerClock } from './follower-clock';
import { PartitionAudit } from './partition-audit';
import { type FollowedStream, type FollowerGrid } from './partition-channel';
import { type PartitionFollower } from './partition-follower';
import { type RecordIdentity } from './record-identity';

export interface LaneAuditsPorts {
  readonly grid: FollowerGrid;
  readonly clock: FollowerClock;
  readonly identity: RecordIdentity;
  /** All that the lane follows, by key. */
  readonly followers: ReadonlyMap<string, PartitionFollower>;
  readonly streamOf: (name: string) => FollowedStream | undefined;
  /** A partition was looked through, in all streams, because of so many suspicions. */
  readonly answered: (partition: number, suspicions: number) => void;
}

/** The slow comparison of records with predictions behind a lane's work, and the quick one when there is a suspicion. */
export class LaneAudits {
  private readonly rounds: AuditRounds;
  private readonly suspected = new Map<number, { suspicions: number; readonly keys: Set<string> }>();

  constructor(
    private readonly ports: LaneAuditsPorts,
    intervalMs: number,
  ) {
    this.rounds = new AuditRounds(ports.clock, intervalMs, () => this.targets());
  }

  /** Everything is looked through once, as soon as it can be. */
  soon(): void {
    this.rounds.soon(this.ports.followers.keys());
  }

  suspect(partition: number, suspicions: number): void {
    const keys = [...this.ports.followers].filter(([, follower]) => follower.partition === partition);
    this.suspected.set(partition, { suspicions, keys: new Set(keys.map(([key]) => key)) });
    this.rounds.soon(keys.map(([key]) => key));
  }

  stop(): void {
    this.rounds.stop();
  }

  private targets(): ReadonlyMap<string, AuditTarget> {
    const targets = new Map<string, AuditTarget>();
    for (const [key, follower] of this.ports.followers) {
      targets.set(key, { key, begin: (done) => this.begin(key, follower, done) });
    }
    return targets;
  }

  private begin(key: string, follower: PartitionFollower, done: () => void): boolean {
    const { grid, clock, identity, streamOf } = this.ports;
    const stream = streamOf(follower.stream);
    if (!stream || !follower.isSteady) return false;
    const audit = new PartitionAudit(follower, {
      identity,
      clock,
      flush: () => grid.flush(),
      done: (wrong) => {
        if (wrong) this.judged(key, follower, wrong);
        if (audit.hasOlder && !follower.rescore.isOwed) follower.rescore.restart();
        done();
      },
    });
    audit.start(grid.openChannel(stream, follower.partition, audit));
    grid.flush();
    return true;
  }

  private judged(key: string, follower: PartitionFollower, wrong: readonly string[]): void {
    if (wrong.length > 0) follower.repair(wrong);
    const suspected = this.suspected.get(follower.partition);
    if (!suspected?.keys.delete(key) || suspected.keys.size > 0) return;
    this.suspected.delete(follower.partition);
    this.ports.answered(follower.partition, suspected.suspicions);
  }
}
