import { type LookCount } from '../models/look-count';
import { type RolloutStates } from './rollout-preparation';

interface Waiting {
  readonly rollout: string;
  /** When it was asked. */
  readonly mark: number;
  readonly done: () => void;
}

/** Who waits for the node's entry to say how the preparation of a rollout ended. */
export class PrepareAnswers {
  private waiting: Waiting[] = [];

  constructor(private readonly looks: LookCount) {}

  /** Resolves when the node's entry says `prepared` or `failed`, or when the rollout is not, or no longer, under way. */
  of(rollout: string): Promise<void> {
    return new Promise((done) => this.waiting.push({ rollout, mark: this.looks.mark(), done }));
  }

  announced(states: RolloutStates): void {
    const open = new Map(states.map(({ id, state }) => [id, state]));
    const isOver = ({ rollout, mark }: Waiting): boolean => {
      const state = open.get(rollout);
      // One that began before may not have seen it.
      return state === undefined ? this.looks.hasLookedSince(mark) : state !== 'preparing';
    };
    this.end(isOver);
  }

  giveUp(): void {
    this.end(() => true);
  }

  private end(isOver: (waiting: Waiting) => boolean): void {
    const over = this.waiting.filter(isOver);
    this.waiting = this.waiting.filter((waiting) => !isOver(waiting));
    for (const { done } of over) done();
  }
}
