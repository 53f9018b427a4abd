import { setTimeout as delay } from 'node:timers/promises';
import { CpuMeter, withTotal } from '../machine/cpu-meter';
import { type IdleRow } from '../results/bench-row';
import { type BenchSystem } from '../systems/bench-system';

/** What each system uses while nobody writes to any: all of them are looked at in the same seconds, round by round. */
export async function idleRows(
  systems: readonly BenchSystem[],
  { model, partitions }: Pick<IdleRow, 'model' | 'partitions'>,
  ours: readonly number[],
  { rounds, secondsPerRound }: { readonly rounds: number; readonly secondsPerRound: number },
): Promise<IdleRow[]> {
  const rows: IdleRow[] = [];
  for (let round = 1; round <= rounds; round++) {
    const meters = systems.map(({ name, processes }) => ({ system: name, meter: new CpuMeter(processes, ours) }));
    await delay(secondsPerRound * 1000);
    for (const { system, meter } of meters) {
      const { micros, seconds, othersCores } = meter.read();
      const percentOfCore = withTotal(micros, (used) => used / seconds / 10_000);
      rows.push({ system, model, partitions, round, percentOfCore, othersCores });
    }
  }
  return rows;
}
