import { type BenchRow } from '../results/bench-row';
import { CpuMeter, withTotal } from './cpu-meter';
import { ioBytesOf, rssMiBOf } from './process-cpu';

type RoundFigures = Pick<
  BenchRow,
  'cpuMicrosPerRecord' | 'reachedPerSecond' | 'rssMiB' | 'wireBytesPerRecord' | 'othersCores'
>;

/**
 * Starts metering a round; the returned function ends it, told what was written.
 *
 * @param processes pids of those whose time a record costs
 * @param store pid of the process that all data goes through
 * @param ours pids of the rest of the bench: their time is not a stranger's
 */
export function meterRound(
  processes: Readonly<Record<string, number>>,
  store: number,
  ours: readonly number[],
): (written: { readonly records: number; readonly seconds: number }) => RoundFigures {
  const meter = new CpuMeter(processes, ours);
  const wireBytes = ioBytesOf(store);
  return ({ records, seconds }) => {
    const { micros, othersCores } = meter.read();
    return {
      reachedPerSecond: records / seconds,
      cpuMicrosPerRecord: withTotal(micros, (all) => all / records),
      rssMiB: Object.values(processes).reduce((sum, pid) => sum + rssMiBOf(pid), 0),
      wireBytesPerRecord: Math.round((ioBytesOf(store) - wireBytes) / records),
      othersCores,
    };
  };
}
