import { type NearscoreError } from '@nearscore/errors';
import { type FollowerClock } from './follower-clock';
import { type LeaseTerms, marginOf, renewalIntervalOf, watchIntervalOf } from './lease-terms';
import { type FollowerGrid } from './partition-channel';
import {
  decodePartitionEntry,
  encodePartitionEntry,
  type PartitionEntry,
  type StreamCheckpoint,
} from './partition-entry.codec';

export interface LeaseListener {
  /** The lane may write from now on. @param from the holder before, null when it had given the lease back */
  onTaken(lease: PartitionLease, from: string | null): void;
  /** Another has it, or the grid was emptied: what was read is void, and nothing may be written any more. */
  onLost(lease: PartitionLease, to: string | null): void;
  /** Some lane may have written after its lease was over. @param suspicions how many such findings are unanswered */
  onSuspected(lease: PartitionLease, suspicions: number): void;
  /** The entry that is there cannot be read; it is replaced. */
  onUnreadable(partition: number, error: unknown): void;
}

interface LeaseEvents extends LeaseListener {
  /** Lease and checkpoints were stored. */
  onWritten(): void;
}

const FREE: PartitionEntry = { writes: 0, epoch: 0, holder: null, leaseMs: 0, suspicions: 0, streams: new Map() };

/**
 * One partition's entry in nearscore.checkpoints, as a lane wants, holds and gives back its lease. One request is under way
 * at a time; every write is a compare-and-set against the very bytes that were seen last.
 *
 * A holder counts from when a renewal was sent, a contender from when it first saw the entry as it is, each by its own
 * monotonic clock: so the contender is always the later one.
 */
export class PartitionLease {
  private wanted = true;
  private held = false;
  private streams = new Map<string, StreamCheckpoint>();
  /** The entry as it lies in the grid; null: there is none. Undefined: not seen yet. */
  private bytes: Buffer | null | undefined;
  private entry: PartitionEntry = FREE;
  private unchangedSince = 0;
  private validUntil = -Infinity;
  private renewedAt = -Infinity;
  private busy = false;
  /** The lane may have written too late since the last renewal. */
  private lateWrites = false;
  /** How often it was doubted that the lease still stands: a renewal sent before says nothing. */
  private doubts = 0;
  private doubtsAtPut = 0;
  private readonly doubted = new Set<string>();
  private releasedAt = 0;
  private done: (() => void) | undefined;
  private cancelLook: (() => void) | undefined;

  constructor(
    readonly partition: number,
    private readonly terms: LeaseTerms,
    private readonly grid: FollowerGrid,
    private readonly clock: FollowerClock,
    private readonly listener: LeaseEvents,
  ) {}

  get isHeld(): boolean {
    return this.held;
  }

  get epoch(): number {
    return this.entry.epoch;
  }

  /** Not renewed since it was doubted, or lost. */
  get isInDoubt(): boolean {
    return this.validUntil === -Infinity;
  }

  /** Until when predictions may be sent, by this lane's monotonic clock. */
  get end(): number {
    return this.validUntil;
  }

  /** Whether a prediction that is sent now will be there before another lane may take over. */
  mayWrite(now: number): boolean {
    return now < this.validUntil;
  }

  /** To be called after predictions were sent: the process may have been stopped between `mayWrite` and then. */
  sent(now: number): void {
    // In doubt, nothing was sent.
    if (!this.isInDoubt && now >= this.validUntil + marginOf(this.terms.leaseMs) / 2) this.lateWrites = true;
  }

  /**
   * The grid may not be the one that granted it, and the stream's journal may have lost its end: nothing is written until the
   * lease is renewed, and no position of the stream is believed but the stored one, until it moves again.
   */
  doubt(stream: string): void {
    this.doubts++;
    this.doubted.add(stream);
    this.forgetDoubted();
    this.validUntil = -Infinity;
    if (this.held && !this.busy) this.renewNow();
  }

  /** Where to resume; undefined when the partition was never followed for the stream. */
  checkpointOf(stream: string): StreamCheckpoint | undefined {
    const own = this.streams.get(stream);
    return own && this.laterOf(stream, own);
  }

  /** Written when it is far behind, or with the next renewal. */
  move(stream: string, checkpoint: StreamCheckpoint): void {
    if (!this.held) return;
    this.doubted.delete(stream);
    this.streams.set(stream, checkpoint);
  }

  /** The partition was looked through because of so many suspicions. Written with the next renewal. */
  answered(suspicions: number): void {
    this.entry = { ...this.entry, suspicions: Math.max(0, this.entry.suspicions - suspicions) };
  }

  contend(): void {
    this.look();
  }

  /** To be called every so often. */
  renew(now: number): void {
    if (!this.held || this.busy) return;
    const age = now - this.renewedAt;
    const due = age >= this.terms.checkpointIntervalMs && this.isFarBehind();
    if (due || age >= renewalIntervalOf(this.terms.leaseMs)) this.renewNow();
  }

  /** Whether the checkpoints that lie there are. */
  private isFarBehind(): boolean {
    const { checkpointEvents = 1 } = this.terms;
    for (const [stream, { next, incarnation }] of this.streams) {
      const stored = this.entry.streams.get(stream);
      if (stored?.incarnation !== incarnation || next - stored.next >= checkpointEvents) return true;
    }
    return false;
  }

  /** Gives the lease back with the last checkpoints. `done`: it is given back, or lost, or over. */
  release(done: () => void): void {
    this.wanted = false;
    this.releasedAt = this.clock.now();
    this.done = done;
    if (!this.busy) this.proceed();
  }

  /** What is done next, when nothing is under way and the entry is known. */
  private proceed(): void {
    this.cancelLook?.();
    if (this.wanted) {
      if (!this.held) this.contest();
    } else if (this.held || this.entry.holder === this.terms.holder) this.giveBack();
    else if (this.lateWrites && !this.isReleaseOver()) this.accuse();
    else this.finish();
  }

  // ---- looking

  private look(): void {
    if (this.busy) return;
    this.busy = true;
    this.grid.loadEntry(this.partition, (error, bytes) => {
      this.busy = false;
      if (error) return this.lookLater();
      this.saw(bytes);
      this.compare();
    });
  }

  private isReleaseOver(): boolean {
    return this.clock.now() - this.releasedAt > this.terms.leaseMs;
  }

  private lookLater(delayMs = watchIntervalOf(this.terms.leaseMs)): void {
    this.cancelLook?.();
    // By then the lease is over without a word of ours.
    if (!this.wanted && this.isReleaseOver()) return this.finish();
    this.cancelLook = this.clock.after(delayMs, () => {
      this.look();
      this.grid.flush();
    });
  }

  private saw(bytes: Buffer | null): void {
    if (this.bytes !== undefined && sameBytes(this.bytes, bytes)) return;
    this.bytes = bytes;
    this.unchangedSince = this.clock.now();
    this.entry = bytes === null ? FREE : this.decode(bytes);
  }

  private decode(bytes: Buffer): PartitionEntry {
    try {
      return decodePartitionEntry(bytes);
    } catch (error) {
      this.listener.onUnreadable(this.partition, error);
      return FREE;
    }
  }

  /** The entry is not as this lane left it, or may not be. */
  private compare(): void {
    if (this.held) {
      if (this.entry.holder !== this.terms.holder) return this.lose();
      // An own write whose answer was lost, or somebody's suspicion: what lies there is not what this lane knows.
      this.forgetDoubted();
      if (this.wanted && this.isInDoubt) this.renewNow();
      if (this.entry.suspicions > 0) this.listener.onSuspected(this, this.entry.suspicions);
    }
    if (!this.busy && (!this.held || !this.wanted)) this.proceed();
  }

  private lose(): void {
    this.held = false;
    this.validUntil = -Infinity;
    if (this.wanted) this.listener.onLost(this, this.entry.holder);
    if (!this.busy) this.proceed();
  }

  // ---- taking

  private contest(): void {
    if (this.lateWrites) return this.accuse();
    const { holder, leaseMs } = this.entry;
    const remainingMs = this.unchangedSince + leaseMs - this.clock.now();
    if (holder === null || holder === this.terms.holder || remainingMs <= 0) this.take();
    else this.lookLater(Math.min(remainingMs, watchIntervalOf(leaseMs)));
  }

  private take(): void {
    const { holder: from, epoch, suspicions } = this.entry;
    this.streams = new Map(this.entry.streams);
    this.put(this.own(epoch + 1), (sentAt) => {
      // The answer took so long, or this process was stopped, that another may have it by now.
      if (this.clock.now() >= this.endOf(sentAt)) return this.look();
      this.held = true;
      this.renewed(sentAt);
      if (!this.wanted) return;
      this.listener.onTaken(this, from);
      if (suspicions > 0) this.listener.onSuspected(this, suspicions);
    });
  }

  /** Whoever holds the lease now is asked to look the partition through. */
  private accuse(): void {
    this.put({ ...this.entry, suspicions: this.entry.suspicions + 1 }, () => {
      this.lateWrites = false;
      this.unchangedSince = this.clock.now();
    });
  }

  // ---- holding

  private renewNow(): void {
    this.put(this.own(this.entry.epoch), (sentAt) => this.renewed(sentAt));
  }

  private forgetDoubted(): void {
    for (const stream of this.doubted) {
      const stored = this.entry.streams.get(stream);
      if (stored) this.streams.set(stream, stored);
      else this.streams.delete(stream);
    }
  }

  private renewed(sentAt: number): void {
    this.renewedAt = sentAt;
    if (this.doubtsAtPut !== this.doubts) {
      this.forgetDoubted();
      return this.renewNow();
    }
    this.validUntil = this.endOf(sentAt);
    // Nobody has changed the entry meanwhile: where this lane wrote late, nobody else has written.
    this.lateWrites = false;
  }

  /** @param sentAt of the renewal */
  private endOf(sentAt: number): number {
    return sentAt + this.terms.leaseMs - marginOf(this.terms.leaseMs);
  }

  private giveBack(): void {
    this.validUntil = -Infinity;
    this.put({ ...this.own(this.entry.epoch), holder: null }, () => {
      this.held = false;
    });
  }

  private own(epoch: number): PartitionEntry {
    const { holder, leaseMs } = this.terms;
    const streams = new Map(
      [...this.streams].map(([name, position]) => [name, this.checkpointToStore(name, position)]),
    );
    return { ...this.entry, epoch, holder, leaseMs, streams };
  }

  /** A copy: positions go on moving while it is on its way. */
  private checkpointToStore(stream: string, checkpoint: StreamCheckpoint): StreamCheckpoint {
    const { next, incarnation, tail } = this.laterOf(stream, checkpoint);
    return { next, incarnation, tail };
  }

  /** What lies there is later when it is by a write that was not heard of. */
  private laterOf(stream: string, own: StreamCheckpoint): StreamCheckpoint {
    const stored = this.entry.streams.get(stream);
    return stored?.incarnation === own.incarnation && stored.next > own.next ? stored : own;
  }

  private put(entry: PartitionEntry, written: (sentAt: number) => void): void {
    const next = { ...entry, writes: this.entry.writes + 1 };
    const bytes = encodePartitionEntry(next, this.clock.epochMs());
    const sentAt = this.clock.now();
    this.doubtsAtPut = this.doubts;
    this.busy = true;
    const done = (error: NearscoreError | undefined, stored: boolean): void => {
      this.busy = false;
      // Only what lies there tells why it was not stored, or whether it was.
      if (error) return this.lookLater();
      if (!stored) return this.look();
      this.bytes = bytes;
      this.entry = next;
      this.listener.onWritten();
      written(sentAt);
      if (!this.busy && (!this.held || !this.wanted)) this.proceed();
    };
    if (this.bytes === null || this.bytes === undefined) this.grid.createEntry(this.partition, bytes, done);
    else this.grid.replaceEntry(this.partition, this.bytes, bytes, done);
  }

  private finish(): void {
    const { done } = this;
    this.done = undefined;
    done?.();
  }
}

function sameBytes(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
