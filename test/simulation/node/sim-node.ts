import { assignPartitions, type LiveNode, NodeWatch, spreadOverLanes } from '@nearscore/grid';
import { SimThread } from '../engine/sim-thread';
import { type Site } from '../site';
import { type SimDeployment } from './deployments';
import { SimLane } from './sim-lane';

const HEARTBEAT_MS = 500;
const DEAD_AFTER_MS = 1_500;
const STOP_DEADLINE_MS = 10_000;

/** An inference node: a main thread that announces itself and shares out partitions, and its lanes. */
export class SimNode {
  readonly main: SimThread;
  readonly lanes: SimLane[];
  stopping = false;
  private readonly watch = new NodeWatch(DEAD_AFTER_MS);
  private spread: ReadonlyMap<number, number> = new Map();
  private told: string[] = [];
  private beats = 0;
  private cancelBeat: (() => void) | undefined;
  private readonly forgetTable: () => void;

  /** @param life tells this life of the process from those before */
  constructor(
    private readonly site: Site,
    readonly id: string,
    readonly host: number,
    private readonly life: number,
  ) {
    const { world, knobs, cluster } = site;
    const rate = (): number => 1 + world.random.between(-knobs.clockSkew, knobs.clockSkew);
    this.main = new SimThread(world, id, rate());
    this.lanes = Array.from({ length: knobs.lanes }, (_, lane) => new SimLane(site, `${id}/${lane}#${life}`, rate()));
    this.forgetTable = cluster.onChanged(() => this.noticeTable());
    this.beatAfter(0);
  }

  get alive(): boolean {
    return this.main.alive;
  }

  get threads(): SimThread[] {
    return [this.main, ...this.lanes.map(({ thread }) => thread)];
  }

  pause(ms: number): void {
    this.site.world.note('NODE-PAUSED', this.id, Math.round(ms));
    for (const thread of this.threads) thread.pause(ms);
  }

  kill(): void {
    if (!this.alive) return;
    this.site.world.note('NODE-KILLED', this.id);
    this.end();
  }

  /** Finishes batches, writes checkpoints, gives leases back, and only then lets the others know. */
  stop(): void {
    if (this.stopping || !this.alive) return;
    this.stopping = true;
    this.site.world.note('NODE-STOPPING', this.id);
    const withdraw = (): void => {
      if (!this.alive) return;
      this.site.world.note('NODE-STOPPED', this.id);
      this.site.registry.withdraw(this.id);
      this.end();
    };
    void Promise.all(this.lanes.map((lane) => lane.stop())).then(withdraw);
    this.main.after(STOP_DEADLINE_MS, withdraw);
  }

  private end(): void {
    this.forgetTable();
    this.main.kill();
    for (const lane of this.lanes) lane.kill();
  }

  /** A new table reaches nodes at different times. */
  private noticeTable(): void {
    this.beatAfter(this.site.world.random.gap(200));
  }

  private beatAfter(ms: number): void {
    this.cancelBeat?.();
    this.cancelBeat = this.main.after(ms, () => this.beat());
  }

  private beat(): void {
    const { world, knobs, registry } = this.site;
    const wayMs = world.random.gap(2 * knobs.latencyMs);
    const beats = `${this.life}/${++this.beats}`;
    const memberUuid = this.ownMember();
    world.after(wayMs, () => {
      if (this.alive) registry.announce({ id: this.id, beats, memberUuid });
    });
    world.after(2 * wayMs, () => this.main.run(() => this.refresh()));
    this.beatAfter(HEARTBEAT_MS);
  }

  private ownMember(): string | null {
    return this.site.cluster.memberAt(this.host)?.id ?? null;
  }

  /** What this node sees, which may be old, decides what it does. */
  private refresh(): void {
    if (this.stopping) return;
    const { registry, cluster } = this.site;
    const entries = registry.list();
    const alive = this.watch.observe(this.main.now(), entries);
    const own = this.ownMember();
    const others: LiveNode[] = entries.filter(({ id }) => id !== this.id && alive.has(id));
    const owners = cluster.table.map(({ primary }) => (cluster.members.has(primary) ? primary : undefined));
    const its = assignPartitions(owners, [...others, { id: this.id, memberUuid: own }], this.id);
    this.spread = spreadOverLanes(its, this.lanes.length, this.spread);
    const members = [...cluster.members.keys()];
    const deployed = this.site.deployments.current;
    this.lanes.forEach((lane, index) => {
      const share = its.filter((partition) => this.spread.get(partition) === index);
      this.tell(lane, index, members, owners, own, share, deployed);
    });
  }

  private tell(
    lane: SimLane,
    index: number,
    members: readonly string[],
    owners: readonly (string | undefined)[],
    own: string | null,
    share: readonly number[],
    deployed: SimDeployment,
  ): void {
    const text = JSON.stringify([members, owners, own, share, deployed]);
    if (this.told[index] === text) return;
    this.told[index] = text;
    lane.thread.run(() => lane.follow(members, owners, own, share, deployed));
  }
}
