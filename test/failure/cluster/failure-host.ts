import { appCommand, ManagedProcess, type MemberOptions, memberCommand } from '@nearscore/local-cluster';

export type Part = 'member' | 'node';
export type PartState = 'up' | 'paused' | 'down';

export interface HostSettings {
  /** From 1. */
  readonly number: number;
  readonly member: Omit<MemberOptions, 'name' | 'readySize'>;
  readonly nodePort: number;
  readonly nodeEnv: Readonly<Record<string, string>>;
  readonly nodeLogPath: string;
  readonly report: (process: string, state: PartState) => void;
}

/** A member and the node beside it, which are killed, paused, stopped and started again, in place. */
export class FailureHost {
  private readonly running: Partial<Record<Part, ManagedProcess>> = {};

  constructor(private readonly settings: HostSettings) {}

  get memberAddress(): string {
    return `127.0.0.1:${this.settings.member.port}`;
  }

  get nodeUrl(): string {
    return `http://127.0.0.1:${this.settings.nodePort}`;
  }

  nameOf(part: Part): string {
    return `${part}-${this.settings.number}`;
  }

  isUp(part: Part): boolean {
    return this.running[part]?.isRunning ?? false;
  }

  /** undefined while it does not run. */
  pidOf(part: Part): number | undefined {
    const running = this.running[part];
    return running?.isRunning ? running.pid : undefined;
  }

  /** @param size members of the cluster when it is ready, this one among them */
  async startMember(size: number): Promise<void> {
    const name = this.nameOf('member');
    await this.start('member', () =>
      ManagedProcess.start(memberCommand({ ...this.settings.member, name, readySize: size }), { appendLog: true }),
    );
  }

  async startNode(): Promise<void> {
    const { nodePort: port, nodeEnv: env, nodeLogPath: logPath } = this.settings;
    const spec = appCommand({ name: this.nameOf('node'), app: 'inference-node', port, env, logPath });
    await this.start('node', () => ManagedProcess.start(spec, { appendLog: true }));
  }

  /** kill -9; resolves when it has ended. */
  async kill(part: Part): Promise<void> {
    this.running[part]?.signal('SIGKILL');
    await this.running[part]?.ended;
    this.settings.report(this.nameOf(part), 'down');
  }

  /** SIGSTOP: alive for the kernel, silent for everyone else. */
  pause(part: Part): void {
    this.running[part]?.signal('SIGSTOP');
    this.settings.report(this.nameOf(part), 'paused');
  }

  resume(part: Part): void {
    this.running[part]?.signal('SIGCONT');
    this.settings.report(this.nameOf(part), 'up');
  }

  /** SIGTERM, and time to leave in order. */
  async stop(part: Part): Promise<void> {
    await this.running[part]?.stop();
    this.settings.report(this.nameOf(part), 'down');
  }

  private async start(part: Part, launch: () => Promise<ManagedProcess>): Promise<void> {
    if (this.isUp(part)) throw new Error(`${this.nameOf(part)} runs already`);
    this.running[part] = await launch();
    this.settings.report(this.nameOf(part), 'up');
  }
}
