import { type NearscoreError } from '@nearscore/errors';
import { type World } from '../engine/world';
import { BackupLink } from './backup-link';
import { type Call, type Performed, type Reply } from './call';
import { destroyed, indeterminate, wrongTarget } from './grid-errors';
import { Replica, SimJournal, StreamReplica } from './replica';
import { SimMember } from './sim-member';
import { type Write } from './writes';

export interface ClusterSettings {
  readonly partitions: number;
  readonly streams: number;
  readonly journalCapacity: number;
  /** From a death to the promotion of backups. */
  readonly detectionMs: () => number;
  readonly backupLatencyMs: () => number;
}

export interface Placement {
  primary: string;
  backup: string | undefined;
}

interface Waiting {
  readonly call: Call;
  readonly reply: Reply;
  readonly at: SimMember;
}

/**
 * The members together: who keeps what, and what becomes of it when members come and go. A write is done by the primary, then
 * by the backup, then acknowledged; a reader beside the primary sees it before the backup does.
 */
export class SimCluster {
  readonly members = new Map<string, SimMember>();
  table: Placement[] = [];
  /** Rises with every change of the table. */
  version = 0;
  private links: (BackupLink | undefined)[] = [];
  private waiting: Waiting[][] = [];
  private born = 0;
  private lives = 0;
  private readonly changed = new Set<() => void>();

  constructor(
    private readonly world: World,
    private readonly settings: ClusterSettings,
  ) {}

  start(hosts: readonly number[]): void {
    const ids = hosts.map((host) => this.addMember(host).id);
    const { partitions, streams } = this.settings;
    this.table = Array.from({ length: partitions }, (_, partition) => ({
      primary: ids[partition % ids.length] as string,
      backup: ids.length > 1 ? ids[(partition + 1) % ids.length] : undefined,
    }));
    this.waiting = this.table.map(() => []);
    this.table.forEach((placement, partition) => {
      const lives = Array.from({ length: streams }, () => this.newStream());
      this.place(partition, placement, new Replica(partition, lives));
    });
    this.tellChange();
  }

  onChanged(told: () => void): () => void {
    this.changed.add(told);
    return () => this.changed.delete(told);
  }

  get alive(): SimMember[] {
    return [...this.members.values()].filter(({ alive }) => alive);
  }

  memberAt(host: number): SimMember | undefined {
    return this.alive.find((member) => member.host === host);
  }

  /** The primary's replica; undefined while there is none. */
  primaryReplica(partition: number): Replica | undefined {
    const member = this.members.get(this.table[partition]?.primary ?? '');
    return member?.alive ? member.replicas[partition] : undefined;
  }

  /** Whether any one member may die without a loss. */
  get isSafe(): boolean {
    return this.table.every(({ primary, backup }) => this.isAlive(primary) && this.isAlive(backup));
  }

  isAlive(id: string | undefined): boolean {
    return id !== undefined && this.members.get(id)?.alive === true;
  }

  // ---- requests

  execute(member: SimMember, call: Call, reply: Reply): void {
    if (!member.alive) return;
    const replica = member.replicas[call.partition];
    if (this.table[call.partition]?.primary !== member.id || !replica) return reply.fail(wrongTarget());
    const performed = call.perform(replica);
    if (performed) this.finish(replica, call, performed, reply);
    else this.waiting[call.partition]?.push({ call, reply, at: member });
  }

  private finish(replica: Replica, call: Call, { answer, effect }: Performed, reply: Reply): void {
    if (!effect) return reply.answer(answer);
    effect(replica, true);
    const link = this.links[call.partition];
    const acknowledge = (): void => reply.answer(answer);
    if (link)
      link.send(
        (backup) => effect(backup, false),
        acknowledge,
        () => reply.fail(indeterminate()),
      );
    else acknowledge();
    this.wake(call.partition);
  }

  private wake(partition: number): void {
    const waiting = this.waiting[partition] ?? [];
    this.waiting[partition] = [];
    for (const { call, reply, at } of waiting) this.execute(at, call, reply);
  }

  private failWaiting(partition: number, error: () => NearscoreError, stream?: number): void {
    const waiting = this.waiting[partition] ?? [];
    const isMeant = ({ call }: Waiting): boolean => stream === undefined || call.stream === stream;
    this.waiting[partition] = waiting.filter((one) => !isMeant(one));
    for (const { reply } of waiting.filter(isMeant)) reply.fail(error());
  }

  // ---- members

  addMember(host: number): SimMember {
    const member = new SimMember(`m${++this.born}`, host);
    this.members.set(member.id, member);
    this.world.note('MEMBER', member.id, 'host', host);
    return member;
  }

  kill(member: SimMember): void {
    this.world.note('MEMBER-KILLED', member.id);
    const detectedAt = this.world.now + this.settings.detectionMs();
    this.table.forEach(({ primary }, partition) => {
      if (primary !== member.id) return;
      this.links[partition]?.cut(this.world.now + this.world.random.between(0, 2 * this.settings.backupLatencyMs()));
      this.waiting[partition]?.splice(0);
    });
    member.kill();
    this.world.at(detectedAt, () => this.removed(member));
  }

  private removed(member: SimMember): void {
    if (!this.members.delete(member.id)) return;
    this.world.note('MEMBER-GONE', member.id);
    this.table.forEach((placement, partition) => {
      if (placement.primary === member.id) this.promote(partition, placement, member);
      else if (placement.backup === member.id) this.dropBackup(partition, placement);
    });
    this.tellChange();
  }

  private promote(partition: number, placement: Placement, dead: SimMember): void {
    const backup = this.members.get(placement.backup ?? '');
    const promoted = backup?.replicas[partition];
    const left = dead.replicas[partition];
    this.links[partition]?.close('fail');
    if (!backup || !promoted || !left) throw new Error(`the simulation lost partition ${partition}`);
    promoted.streams.forEach((stream, index) => this.settleLosses(stream, left.stream(index)));
    this.place(partition, { primary: backup.id, backup: undefined }, promoted);
  }

  private settleLosses(promoted: StreamReplica, left: StreamReplica): void {
    if (promoted.life === left.life) {
      const undone = left.journal.events.slice(promoted.journal.events.length).map(({ write }) => write);
      for (const write of undone) this.lose(write);
      promoted.unheard = [...promoted.unheard, ...undone];
    }
    for (const prediction of promoted.predictions.values()) {
      if (prediction.sequence > promoted.journal.newest) prediction.unfounded = true;
    }
  }

  private lose(write: Write): void {
    this.world.note('WRITE-LOST', write.partition, write.key, write.id);
    write.lost = true;
  }

  private dropBackup(partition: number, placement: Placement): void {
    this.links[partition]?.close('fail');
    this.links[partition] = undefined;
    placement.backup = undefined;
  }

  // ---- placement

  /** Copies the partition to where it shall be. Everything on its way to the old backup is in the copy. */
  migrate(partition: number, to: Placement): void {
    const from = this.table[partition];
    const replica = this.primaryReplica(partition);
    if (!from || !replica || !this.isAlive(to.primary)) return;
    if (to.backup !== undefined && !this.isAlive(to.backup)) return;
    this.world.note('MIGRATION', partition, `${from.primary}+${from.backup}`, `${to.primary}+${to.backup}`);
    this.links[partition]?.close('acknowledge');
    if (to.primary !== from.primary) this.failWaiting(partition, wrongTarget);
    this.place(partition, to, to.primary === from.primary ? replica : replica.clone());
    this.tellChange();
  }

  private place(partition: number, placement: Placement, replica: Replica): void {
    for (const member of this.members.values()) member.replicas[partition] = undefined;
    const primary = this.members.get(placement.primary) as SimMember;
    primary.replicas[partition] = replica;
    this.table[partition] = placement;
    const backup = this.members.get(placement.backup ?? '');
    this.links[partition] = undefined;
    if (!backup) return;
    backup.replicas[partition] = replica.clone();
    const kept = (): Replica | undefined => (backup.alive ? backup.replicas[partition] : undefined);
    this.links[partition] = new BackupLink(this.world, kept, this.settings.backupLatencyMs);
  }

  // ---- data changed or gone by design

  /** These become the records of their keys, without an event in the journal. */
  merge(partition: number, stream: number, writes: readonly Write[]): boolean {
    const placement = this.table[partition];
    const replica = this.primaryReplica(partition)?.stream(stream);
    if (!placement || !replica) return false;
    for (const write of writes) {
      this.world.note('MERGED', partition, write.key, `${write.value}`);
      replica.merge(write);
    }
    this.migrate(partition, { ...placement });
    return true;
  }

  /** The record map of a stream is destroyed: its records and its journal are gone, predictions stay. */
  destroyRecords(stream: number, name: string): void {
    this.world.note('MAP-DESTROYED', stream);
    const life = ++this.lives;
    this.table.forEach((placement, partition) => {
      const primary = this.primaryReplica(partition);
      if (!primary) return;
      for (const { write } of primary.stream(stream).journal.events) this.lose(write);
      // One more than the entry says may be under way.
      const incarnation = 1 + (primary.entry?.streams[name]?.incarnation ?? 1);
      this.renew(primary, stream, life, incarnation);
      // The backup's is destroyed at the same time, with what is on its way there.
      this.migrate(partition, { ...placement });
      this.failWaiting(partition, destroyed, stream);
    });
  }

  private renew(replica: Replica, stream: number, life: number, incarnation: number): void {
    const { predictions } = replica.stream(stream);
    const renewed = new StreamReplica(new SimJournal(this.settings.journalCapacity), life, incarnation);
    renewed.predictions = predictions;
    for (const prediction of predictions.values()) prediction.unfounded = true;
    replica.streams[stream] = renewed;
  }

  /** All members die at once and come back empty. */
  restartEmpty(): void {
    this.world.note('GRID-RESTARTED');
    const hosts = this.alive.map(({ host }) => host);
    for (let partition = 0; partition < this.table.length; partition++) {
      for (const stream of this.primaryReplica(partition)?.streams ?? []) {
        for (const { write } of stream.journal.events) this.lose(write);
      }
      this.links[partition]?.close('fail');
    }
    for (const member of this.members.values()) member.kill();
    this.members.clear();
    this.start(hosts);
  }

  private newStream(): StreamReplica {
    return new StreamReplica(new SimJournal(this.settings.journalCapacity), ++this.lives, 0);
  }

  private tellChange(): void {
    this.version++;
    for (const told of this.changed) told();
  }
}
