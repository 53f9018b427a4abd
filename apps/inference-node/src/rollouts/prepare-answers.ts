import { type RolloutStates } from './rollout-preparation';

interface Waiting {
  readonly rollout: string;
  /** Looks that had begun when it was asked. */
  readonly looks: number;
  readonly done: () => void;
}

/** Who waits for the node's entry to say how the preparation of a rollout ended. */
export class PrepareAnswers {
  private waiting: Waiting[] = [];
  private begun = 0;
  private ended = 0;

  /** Resolves when the node's entry says `prepared` or `failed`, or when the rollout is not, or no longer, under way. */
  of(rollout: string): Promise<void> {
    return new Promise((done) => this.waiting.push({ rollout, looks: this.begun, done }));
  }

  lookBegins(): void {
    this.begun++;
  }

  lookEnded(): void {
    this.ended = this.begun;
  }

  announced(states: RolloutStates): void {
    const open = new Map(states.map(({ id, state }) => [id, state]));
    const isOver = ({ rollout, looks }: Waiting): boolean => {
      const state = open.get(rollout);
      // One that began before may not have seen it.
      return state === undefined ? this.ended > looks : state !== 'preparing';
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
