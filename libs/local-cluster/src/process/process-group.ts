import { type ProcessReporter } from './process-event';
import { type ProcessSpec } from './process-spec';
import { SupervisedProcess } from './supervised-process';

/** The processes of a cluster in layers: what stands on others is stopped before them. */
export class ProcessGroup {
  private readonly layers = new Map<number, SupervisedProcess[]>();
  private stopped: Promise<void> | undefined;

  constructor(private readonly report: ProcessReporter) {}

  /** Starts a process and waits until it is ready. `layer`: higher ones are stopped first. */
  async start(layer: number, spec: ProcessSpec): Promise<SupervisedProcess> {
    if (this.stopped) throw new Error(`${spec.name} is not started: everything is being stopped`);
    const process = new SupervisedProcess(spec, this.report);
    this.layers.set(layer, [...(this.layers.get(layer) ?? []), process]);
    await process.untilReady();
    return process;
  }

  /** Stops all, layer by layer, also those that are not ready yet. Every call waits for the same stop. */
  stop(): Promise<void> {
    this.stopped ??= this.stopLayers();
    return this.stopped;
  }

  /** SIGKILL to all, at once. */
  kill(): void {
    for (const process of [...this.layers.values()].flat()) process.kill();
  }

  private async stopLayers(): Promise<void> {
    const topDown = [...this.layers].sort(([a], [b]) => b - a);
    for (const [, processes] of topDown) await Promise.all(processes.map((process) => process.stop()));
  }
}
