import { type RolloutFact } from '../history/rollout-fact';
import { RESTING_PREFIX } from './resting-records';

/** By which epoch each resting record was scored last. */
export class RestingEpochs {
  /** History ms of the last that was seen. */
  lastAt = NaN;
  private readonly epochs = new Map<string, number>();

  accept(fact: RolloutFact): void {
    if (fact.type !== 'seen' || !fact.key.startsWith(RESTING_PREFIX)) return;
    this.epochs.set(fact.key, fact.epoch);
    this.lastAt = fact.arrivedAt;
  }

  /** How many were scored by this epoch or a later one. */
  since(epoch: number): number {
    let count = 0;
    for (const scoredBy of this.epochs.values()) if (scoredBy >= epoch) count++;
    return count;
  }
}
