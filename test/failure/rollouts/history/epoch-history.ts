import { type SplitVersion, type VersionName } from './rollout-fact';

export interface Epoch {
  readonly epoch: number;
  readonly live: VersionName;
  readonly candidate: SplitVersion | null;
  readonly committedAt: number;
}

interface Settled {
  readonly epoch: number;
  readonly settledAt: number;
  ends: readonly number[] | undefined;
}

/** Two clients may tell of an epoch's end a moment apart: older ones than these cannot come any more. */
const SETTLED_KEPT = 8;

/** Which version might answer when. */
export class EpochHistory {
  newest = 0;
  private readonly epochs = new Map<number, Epoch>();
  private readonly settled: Settled[] = [];

  deployed(epoch: Epoch): void {
    this.epochs.set(epoch.epoch, epoch);
    this.newest = Math.max(this.newest, epoch.epoch);
  }

  settledAt(epoch: number, settledAt: number): void {
    if (this.settled.some((it) => it.epoch === epoch)) return;
    this.settled.push({ epoch, settledAt, ends: undefined });
    if (this.settled.length > SETTLED_KEPT) this.settled.shift();
  }

  endsOf(epoch: number, ends: readonly number[]): void {
    const settled = this.settled.find((it) => it.epoch === epoch);
    if (settled) settled.ends ??= ends;
  }

  of(epoch: number): Epoch | undefined {
    return this.epochs.get(epoch);
  }

  /** The settled epoch after whose end a prediction of `epoch` was scored or stored all the same. */
  overBy(epoch: number, scoredAt: number, partition: number, position: number): number | undefined {
    const late = this.settled.find(
      (it) => epoch < it.epoch && (scoredAt > it.settledAt || position >= (it.ends?.[partition] ?? Infinity)),
    );
    return late?.epoch;
  }
}
