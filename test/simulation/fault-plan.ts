import { type SimRandom } from './engine/random';
import { type SimConnection } from './grid/sim-connection';
import { type FaultKind } from './knobs';
import { type SimLane } from './node/sim-lane';
import { type SimNode } from './node/sim-node';
import { type Staff } from './staff';
import { type Site } from './site';

/** What goes wrong, and when: one fault after the other, also several at a time, but never two members' data at once. */
export class FaultPlan {
  readonly counts = new Map<FaultKind, number>();
  private readonly random: SimRandom;
  private backupsSlowUntil = 0;
  /** Once per map: which life of it a checkpoint speaks of could not be told otherwise. */
  private readonly destroyed = new Set<string>();

  constructor(
    private readonly site: Site,
    private readonly staff: Staff,
  ) {
    this.random = site.world.random.fork();
  }

  start(): void {
    const { world, knobs, quiet } = this.site;
    world.after(this.random.gap(knobs.faultGapMs), () => {
      if (quiet()) return;
      const kind = this.random.pick(knobs.faults);
      if (kind && this.happen(kind)) this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
      this.start();
    });
  }

  get areBackupsSlow(): boolean {
    return this.site.world.now < this.backupsSlowUntil;
  }

  /** @returns whether it was possible */
  private happen(kind: FaultKind): boolean {
    switch (kind) {
      case 'kill-node':
        return this.toNode((node) => this.staff.killAndRestart(node, this.random.between(100, 6_000)));
      case 'stop-node':
        return this.toNode((node) => this.staff.stopAndRestart(node, this.random.between(100, 4_000)));
      case 'pause-node':
        return this.toNode((node) => node.pause(this.pauseMs()));
      case 'pause-lane':
        return this.toLane(({ thread }) => {
          this.site.world.note('LANE-PAUSED', thread.name);
          thread.pause(this.pauseMs());
        });
      case 'stall-lane':
        return this.toLane((lane) => (lane.stallMs = this.pauseMs()));
      case 'kill-member':
        return this.killMember();
      case 'join-host':
        return this.staff.joinHost();
      case 'move-partition':
        return this.staff.balancer.moveOne(this.random);
      case 'cut-connection':
        return this.toConnection((connection) => connection.cut());
      case 'lose-answers':
        return this.toConnection((connection) => connection.loseAnswers(this.random.between(100, 3_000)));
      case 'slow-backups':
        this.backupsSlowUntil = this.site.world.now + this.random.between(500, 4_000);
        return true;
      case 'jump-epoch':
        return this.toLane(({ thread }) => thread.jumpEpoch(this.random.between(-3_600_000, 3_600_000)));
      case 'destroy-map':
        return this.destroyMap();
      case 'restart-grid':
        return this.staff.restartGrid();
      case 'merge':
        return this.merge();
    }
  }

  /** As often shorter than a lease as longer. */
  private pauseMs(): number {
    return this.random.between(0.1, 2) * this.site.knobs.leaseMs;
  }

  private toNode(harm: (node: SimNode) => void): boolean {
    const node = this.random.pick(this.staff.running);
    if (node) harm(node);
    return node !== undefined;
  }

  private toLane(harm: (lane: SimLane) => void): boolean {
    const lane = this.random.pick(this.staff.running.flatMap(({ lanes }) => lanes));
    if (lane) harm(lane);
    return lane !== undefined;
  }

  private toConnection(harm: (connection: SimConnection) => void): boolean {
    const lanes = this.staff.running.flatMap(({ lanes }) => lanes);
    const connection = this.random.pick(lanes.flatMap(({ grid }) => grid.connections));
    if (connection) harm(connection);
    return connection !== undefined;
  }

  private destroyMap(): boolean {
    const stream = this.random.below(this.site.streams.length);
    const name = this.site.streams[stream]?.name;
    if (name === undefined || this.destroyed.has(name)) return false;
    this.destroyed.add(name);
    this.site.cluster.destroyRecords(stream, name);
    return true;
  }

  /** A split brain is over: some records are those of the other side, and no journal tells. */
  private merge(): boolean {
    const { cluster, history, knobs, streams } = this.site;
    const partition = this.random.below(knobs.partitions);
    const stream = this.random.below(streams.length);
    const keys = Array.from({ length: 1 + this.random.below(knobs.keysPerPartition) }, (_, n) => `p${partition}k${n}`);
    const writes = keys.map((key) => history.add(stream, partition, key, this.random.chance(0.2) ? 'remove' : 'put'));
    for (const write of writes) {
      history.markApplied(write, -1, this.site.world.now);
      write.outcome = 'unknown';
    }
    return cluster.merge(partition, stream, writes);
  }

  private killMember(): boolean {
    const { cluster } = this.site;
    const member = this.random.pick(cluster.alive);
    if (!member || !cluster.isSafe) return false;
    cluster.kill(member);
    // Whoever pulls a plug takes both down.
    if (this.random.chance(0.3)) this.staff.killAllAt(member.host, this.random.between(500, 6_000));
    return true;
  }
}
