import { cpuMicrosOf } from '../../../bench/machine/process-cpu';

/** µs of all processes of a kind. */
export type CpuTimes = Readonly<Record<string, number>>;

/** What the processes of a cluster, and this one that writes and judges, have used of the processors since they began. */
export function cpuTimesOf(pids: Readonly<Record<string, readonly number[]>>): CpuTimes {
  const kinds = Object.entries({ ...pids, 'this program': [process.pid] });
  return Object.fromEntries(kinds.map(([kind, of]) => [kind, of.reduce((sum, pid) => sum + cpuMicrosOf(pid), 0)]));
}

/** Mean use over some spans, in processors. */
export class CpuUse {
  private readonly micros = new Map<string, number>();
  private ms = 0;

  add(from: CpuTimes, to: CpuTimes, ms: number): void {
    this.ms += ms;
    for (const [kind, micros] of Object.entries(to)) {
      this.micros.set(kind, (this.micros.get(kind) ?? 0) + micros - (from[kind] ?? 0));
    }
  }

  processors(): Record<string, number> {
    return Object.fromEntries([...this.micros].map(([kind, micros]) => [kind, micros / 1000 / this.ms]));
  }
}
