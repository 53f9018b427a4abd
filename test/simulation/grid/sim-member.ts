import { type Replica } from './replica';

/** A member: the replicas it keeps, and who hears of its death. */
export class SimMember {
  alive = true;
  readonly replicas: (Replica | undefined)[] = [];
  private readonly connections = new Set<() => void>();

  constructor(
    readonly id: string,
    /** The machine it runs on: nodes of the same machine are beside it. */
    readonly host: number,
  ) {}

  /** @returns forgets it */
  onDeath(told: () => void): () => void {
    this.connections.add(told);
    return () => this.connections.delete(told);
  }

  kill(): void {
    this.alive = false;
    for (const told of [...this.connections]) told();
    this.connections.clear();
  }
}
