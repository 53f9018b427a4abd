import { type SimThread } from '../engine/sim-thread';
import { type World } from '../engine/world';
import { type Call } from '../grid/call';
import { type Replica, type StoredEntry } from '../grid/replica';

const LEAST_MARGIN_MS = 100;

/** Who may write what, by each lane's own clock: leases as the entries say, not as lanes believe. */
export class LaneLedger {
  private readonly threads = new Map<string, SimThread>();
  /** `<lane> <partition>` → until when the lane may write, by its clock. */
  private readonly mayWriteUntil = new Map<string, number>();
  /** Writes sent too late by a process that was stopped between its check and the socket. */
  lateWrites = 0;

  constructor(private readonly world: World) {}

  born(lane: string, thread: SimThread): void {
    this.threads.set(lane, thread);
  }

  /** An entry is about to be stored. */
  onEntry({ partition, entry: before }: Replica, entry: StoredEntry, { sender, sentAt }: Call): void {
    if (before && before.holder !== entry.holder) this.checkHandOver(partition, before, entry, sender);
    if (before && entry.epoch < before.epoch) {
      this.world.violated('one owner', `the epoch of partition ${partition} fell to ${entry.epoch}`, [partition]);
    }
    const until = entry.holder === sender ? sentAt + entry.leaseMs - marginOf(entry.leaseMs) : -Infinity;
    if (entry.holder === sender || before?.holder === sender) this.mayWriteUntil.set(`${sender} ${partition}`, until);
  }

  private checkHandOver(partition: number, before: StoredEntry, entry: StoredEntry, sender: string): void {
    this.world.note('lease', partition, `${before.holder} → ${entry.holder}`, 'epoch', entry.epoch);
    if (before.holder === null || before.holder === sender) return;
    const thread = this.threads.get(before.holder);
    const end = before.holdingSince + before.leaseMs - marginOf(before.leaseMs);
    if (!thread?.alive || thread.now() >= end) return;
    const early = Math.round(end - thread.now());
    this.world.violated(
      'one owner',
      `${sender} took partition ${partition} while ${before.holder} held it for another ${early} ms`,
      [partition],
    );
  }

  /**
   * A prediction is about to be stored or removed.
   *
   * @returns whether it was sent by a holder. False: by one that was stopped, which it is to find out and to tell
   */
  checkWriter({ partition, entry }: Replica, { sender, sentAt, stalled, name }: Call): boolean {
    const until = this.mayWriteUntil.get(`${sender} ${partition}`) ?? -Infinity;
    const holds = sentAt < until && (entry === null || entry.holder === sender);
    if (holds) return true;
    if (stalled) {
      this.lateWrites++;
      return false;
    }
    const why =
      sentAt < until ? `which ${entry?.holder} holds` : `${Math.round(sentAt - until)} ms after its lease was over`;
    this.world.violated('one owner', `${name} of ${sender} in partition ${partition}, ${why}`, [partition]);
    return false;
  }
}

function marginOf(leaseMs: number): number {
  return Math.max(LEAST_MARGIN_MS, leaseMs / 8);
}
