import { setTimeout as delay } from 'node:timers/promises';
import { type Span } from '../load/latencies';
import { cpuTimesOf, type CpuUse } from '../swaps/cpu-use';
import { type RolloutStage } from './rollout-stage';

/** A window in which nothing but the load goes on. */
export async function rest(stage: RolloutStage, ms: number): Promise<Span> {
  const from = stage.history.now();
  await delay(ms);
  return { from, to: stage.history.now() };
}

/** Adds what the processes of the cluster used meanwhile. */
export async function used<T extends Span>(stage: RolloutStage, use: CpuUse, act: () => Promise<T>): Promise<T> {
  const before = cpuTimesOf(stage.cluster.pids());
  const span = await act();
  use.add(before, cpuTimesOf(stage.cluster.pids()), span.to - span.from);
  return span;
}
