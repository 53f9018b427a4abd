import { EpochHistory, type Epoch } from './epoch-history';
import { KeySplit, type SeenShare } from './key-split';
import { KeyWrites } from './key-writes';
import { type RolloutFact, type SeenPrediction, type SplitVersion, type VersionName } from './rollout-fact';

/** What a version answers for a row of the example records; NaN: it is not known. */
export type ExpectedAnswer = (version: VersionName, row: number) => number;

/** As batches of different lengths differ, and no more: far below what tells versions from each other. */
const TOLERANCE = 1e-6;
const TOLD_APART = 1e-3;

/** A program over one stream's history: what must hold while versions change, and what of it does not. */
export class RolloutChecker {
  readonly counts = { acknowledged: 0, unknown: 0, seen: 0, toldApart: 0, deployed: 0, settled: 0 };
  /** What must never happen, at whatever moment. */
  readonly wrong: string[] = [];
  /** Why nothing that was found says anything; empty: it does. */
  readonly blind: string[] = [];
  private readonly keys = new Map<string, KeyWrites>();
  private readonly epochs = new EpochHistory();
  private split: KeySplit | undefined;

  constructor(private readonly expected: ExpectedAnswer) {}

  accept(fact: RolloutFact): void {
    switch (fact.type) {
      case 'write':
        return this.writesOf(fact.key).written(fact.row, fact.fingerprint);
      case 'ok':
        this.counts.acknowledged++;
        return this.writesOf(fact.key).acknowledge(fact.fingerprint);
      case 'info':
        return void this.counts.unknown++;
      case 'seen':
        return this.seen(fact);
      case 'deployed':
        return this.deployed(fact);
      case 'settled':
        this.counts.settled++;
        return this.epochs.settledAt(fact.epoch, fact.settledAt);
      case 'ends':
        return this.epochs.endsOf(fact.epoch, fact.ends);
      case 'blind':
        return void this.blind.push(fact.what);
      case 'rollout':
      case 'fault':
      case 'process':
        return;
    }
  }

  /** The newest epoch that it was told of. */
  get newestEpoch(): number {
    return this.epochs.newest;
  }

  /** Keys with an acknowledged record whose prediction, or a later one's, has not been seen. */
  unscored(): string[] {
    return [...this.keys].filter(([, writes]) => writes.isUnscored).map(([key]) => key);
  }

  /** Of the split under way, or the last one: how much of the keys the candidate had in the step with this percentage. */
  shareAt(percent: number): SeenShare | undefined {
    return this.split?.shareAt(percent);
  }

  private deployed(epoch: Epoch): void {
    const { salt } = epoch.candidate ?? {};
    if (this.epochs.of(epoch.epoch) === undefined) this.counts.deployed++;
    this.epochs.deployed(epoch);
    if (salt !== undefined && salt !== this.split?.salt) this.split = new KeySplit(salt);
  }

  private seen(prediction: SeenPrediction): void {
    this.counts.seen++;
    const writes = this.writesOf(prediction.key);
    this.judgeOrder(prediction, writes);
    this.judgeVersion(prediction);
    const row = writes.scoredRow(prediction.fingerprint);
    if (row === undefined) this.complain(prediction, 'is of no record that was written, or of one before the last');
    else this.judgeScore(prediction, row);
  }

  private judgeOrder(prediction: SeenPrediction, writes: KeyWrites): void {
    const { sequence, epoch } = prediction;
    if (sequence < writes.sequence) this.complain(prediction, `comes after sequence ${writes.sequence}`);
    if (sequence === writes.sequence && epoch < writes.epoch) {
      this.complain(prediction, `comes after one of epoch ${writes.epoch} of the same record`);
    }
    writes.sequence = Math.max(sequence, writes.sequence);
    writes.epoch = epoch;
  }

  private judgeVersion(prediction: SeenPrediction): void {
    const { epoch, scoredAt, partition, position } = prediction;
    const deployed = this.epochs.of(epoch);
    if (!deployed) return this.judgeUnknown(prediction);
    if (scoredAt < deployed.committedAt) {
      this.complain(prediction, `was scored ${deployed.committedAt - scoredAt} ms before its commit`);
    }
    const settled = this.epochs.overBy(epoch, scoredAt, partition, position);
    if (settled !== undefined) this.complain(prediction, `comes after epoch ${settled} had settled`);
    this.judgeShare(prediction, deployed);
  }

  /** An epoch between two that were read was surely committed, and nobody can say any more what it was. */
  private judgeUnknown(prediction: SeenPrediction): void {
    if (prediction.epoch > this.epochs.newest) this.complain(prediction, 'comes before its commit');
    else this.blind.push(`epoch ${prediction.epoch} was never read`);
  }

  private judgeShare(prediction: SeenPrediction, { live, candidate }: Epoch): void {
    const byCandidate = candidate !== null && isVersion(candidate, prediction);
    if (!byCandidate && !isVersion(live, prediction)) return this.complain(prediction, 'is of no version of its epoch');
    if (candidate) this.judgeSplit(prediction, candidate, byCandidate);
  }

  private judgeSplit(prediction: SeenPrediction, { percent, salt }: SplitVersion, byCandidate: boolean): void {
    if (salt !== this.split?.salt || this.split.isSticky(prediction.key, percent, byCandidate)) return;
    this.complain(
      prediction,
      `is of ${byCandidate ? 'the candidate' : 'the live version'}, and its key is the other's`,
    );
  }

  private judgeScore(prediction: SeenPrediction, row: number): void {
    const expected = this.expected(prediction, row);
    if (!(Math.abs(prediction.score - expected) <= TOLERANCE)) {
      this.complain(prediction, `scores ${prediction.score}, where its version says ${expected}`);
    }
    if (this.tellsApart(prediction, row, expected)) this.counts.toldApart++;
  }

  /** Whether another version that was deployed before would have answered otherwise. */
  private tellsApart({ epoch }: SeenPrediction, row: number, expected: number): boolean {
    const before = this.epochs.of(epoch - 1);
    return before !== undefined && Math.abs(this.expected(before.live, row) - expected) > TOLD_APART;
  }

  private complain({ key, model, version, epoch, sequence }: SeenPrediction, what: string): void {
    this.wrong.push(`${key}: prediction of ${model}/${version}, epoch ${epoch}, sequence ${sequence} ${what}`);
  }

  private writesOf(key: string): KeyWrites {
    let writes = this.keys.get(key);
    if (!writes) this.keys.set(key, (writes = new KeyWrites()));
    return writes;
  }
}

function isVersion(a: VersionName, b: VersionName): boolean {
  return a.model === b.model && a.version === b.version;
}
