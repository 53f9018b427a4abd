import { ManagedProcess, type ProcessSpec } from '@nearscore/local-cluster';

/** The processes of a stage; what was started last is stopped first. */
export class StageProcesses {
  private readonly started: ManagedProcess[] = [];
  private readonly adopted: { readonly pid: number }[] = [];
  private readonly cleanUps: (() => void)[] = [];

  async start(spec: ProcessSpec): Promise<ManagedProcess> {
    const process = await ManagedProcess.start(spec);
    this.started.push(process);
    return process;
  }

  /** Somebody else's to stop; it belongs to the bench. */
  adopt(process: { readonly pid: number }): void {
    this.adopted.push(process);
  }

  /** To be called when all have ended. */
  onStopped(cleanUp: () => void): void {
    this.cleanUps.push(cleanUp);
  }

  get pids(): number[] {
    return [...this.started, ...this.adopted].map(({ pid }) => pid);
  }

  async stop(): Promise<void> {
    for (const process of this.started.splice(0).reverse()) await process.stop();
    for (const cleanUp of this.cleanUps.splice(0)) cleanUp();
  }
}
