import { cpuMicrosOf, machineCpuMicros } from './process-cpu';

/** What happened between `start` and `read`. */
export interface CpuReading {
  readonly seconds: number;
  /** µs of each metered process. */
  readonly micros: Readonly<Record<string, number>>;
  /** Processors kept busy by processes that do not belong to the bench: 0.1 = a tenth of one. */
  readonly othersCores: number;
}

/** A figure of each process, and their sum. */
export function withTotal(
  micros: CpuReading['micros'],
  figureOf: (micros: number) => number,
): Record<string, number> & { total: number } {
  const figures = Object.entries(micros).map(([name, all]) => [name, figureOf(all)] as const);
  return { total: figures.reduce((sum, [, each]) => sum + each, 0), ...Object.fromEntries(figures) };
}

/** Meters processes by name; `ours` belong to the bench without being metered: the loader, the bench itself. */
export class CpuMeter {
  private readonly startedAt = performance.now();
  private readonly machineStart = machineCpuMicros();
  private readonly starts: ReadonlyMap<number, number>;

  constructor(
    private readonly metered: Readonly<Record<string, number>>,
    ours: readonly number[],
  ) {
    this.starts = new Map([...Object.values(metered), ...ours].map((pid) => [pid, cpuMicrosOf(pid)]));
  }

  read(): CpuReading {
    const machine = machineCpuMicros() - this.machineStart;
    const seconds = (performance.now() - this.startedAt) / 1000;
    const used = new Map([...this.starts].map(([pid, start]) => [pid, cpuMicrosOf(pid) - start]));
    const ours = [...used.values()].reduce((sum, micros) => sum + micros, 0);
    const micros = Object.entries(this.metered).map(([name, pid]) => [name, used.get(pid) ?? 0]);
    return { seconds, micros: Object.fromEntries(micros), othersCores: Math.max(0, machine - ours) / seconds / 1e6 };
  }
}
