import { InvalidConfigurationError } from 'hazelcast-client';

const CONNECT_PROBLEM = 'Error during initial connection to ';
const WRONG_CLUSTER = /cluster name on the client\s+does not match/;

/**
 * Ends the first connect in time. The client takes one retry limit for the first connect and for every later reconnect,
 * which must go on forever, and gives no handle before it is connected. But it logs a warning before each pause
 * between attempts, and an InvalidConfigurationError thrown there makes it give up and clean up after itself.
 */
export class ConnectGate {
  private connected = false;
  private refused = false;
  /** Of this round over all addresses. */
  private problems: string[] = [];
  private problem = 'no member answered';

  /** @param deadline epoch ms, Infinity to try forever */
  constructor(
    private readonly deadline: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Why the client is not connected, as the client put it. */
  get reason(): string {
    return this.problem;
  }

  get wrongCluster(): boolean {
    return this.refused;
  }

  open(): void {
    this.connected = true;
  }

  observe(source: string, message: string): void {
    if (this.connected) return;
    if (message.startsWith(CONNECT_PROBLEM)) this.problems.push(message.slice(CONNECT_PROBLEM.length));
    if (source === 'WaitStrategy') this.endRound();
  }

  private endRound(): void {
    // A member of another cluster may stand beside one of ours that is not up yet.
    this.refused = this.problems.length > 0 && this.problems.every((problem) => WRONG_CLUSTER.test(problem));
    this.problem = this.problems.at(-1) ?? this.problem;
    this.problems = [];
    if (this.refused || this.now() >= this.deadline) throw new InvalidConfigurationError(this.problem);
  }
}
