import { eventually } from '@nearscore/testkit';
import { type History } from '../history/history';
import { type Workload } from './workload';

/** So long nothing must be late before a fault counts as over: a fault's effect shows sooner than this. */
const QUIET_MS = 3_000;

/**
 * Waits until writes are acknowledged and scored in time again, in all streams.
 *
 * @param since history time of the fault
 * @returns ms from there until the last write or score that came late; 0 = none did
 */
export async function untilSettled(
  history: History,
  workloads: readonly Workload[],
  since: number,
  timeoutMs = 120_000,
): Promise<number> {
  let quietSince: number | undefined;
  await eventually(
    () => {
      const flowing = workloads.every((workload) => workload.isFlowing());
      quietSince = flowing ? (quietSince ?? history.now()) : undefined;
      if (quietSince === undefined) throw new Error('writes or scores are still late');
      if (history.now() - quietSince < QUIET_MS) throw new Error('quiet, but not for long enough');
    },
    { timeoutMs, everyMs: 50 },
  );
  const lastLateAt = Math.max(...workloads.map((workload) => workload.lastLateAt));
  return Math.max(0, Math.round(lastLateAt - since));
}
