import { durationOfBucket } from '@nearscore/metrics';
import { type GuardFigures, type Rollout } from '@nearscore/registry';
import { judge, percentOf, type RolloutNode } from '@nearscore/rollouts';

/** A rollout on the wire. */
export interface RolloutView {
  readonly id: string;
  readonly stream: string;
  readonly kind: Rollout['kind'];
  /** What was live when it began; null = nothing */
  readonly from: Rollout['from'];
  readonly to: Rollout['to'];
  readonly strategy: Rollout['strategy'];
  readonly rescore: boolean;
  readonly state: Rollout['state'];
  /** Index of the strategy's step */
  readonly step: number;
  /** Of the whole, 0 to 100; 100 when it has ended */
  readonly percent: number;
  /** Of the deployment: when it began, then of its last committed step */
  readonly epoch: number;
  readonly nodes: Rollout['nodes'];
  /** What guards are judged by; null = nothing looked at yet */
  readonly figures: GuardFigures | null;
  /** Why it was aborted or rolled back; null otherwise */
  readonly reason: Rollout['reason'];
  readonly by: string | null;
  /** ISO 8601, as the two below */
  readonly startedAt: string;
  readonly changedAt: string;
  /** null while it is under way */
  readonly endedAt: string | null;
}

/** @param nodes as they are now: what they say while a step is held is in nobody's entry yet  @param now epoch ms */
export function toRolloutView(rollout: Rollout, nodes: readonly RolloutNode[], now: number): RolloutView {
  const { id, stream, kind, from, to, strategy, rescore, state, step, epoch, reason, by } = rollout;
  return {
    ...{ id, stream, kind, from, to, strategy, rescore, state, step },
    percent: percentOf(rollout, now),
    ...{ epoch, nodes: rollout.nodes, figures: figuresOf(rollout, nodes), reason, by },
    startedAt: timeOf(rollout.startedAt),
    changedAt: timeOf(rollout.changedAt),
    endedAt: rollout.endedAt === null ? null : timeOf(rollout.endedAt),
  };
}

function figuresOf(rollout: Rollout, nodes: readonly RolloutNode[]): GuardFigures | null {
  const { state, strategy, figures } = rollout;
  if (state !== 'holding' || strategy.type === 'all-at-once') return figures;
  return judge(rollout, strategy.guards, nodes, durationOfBucket).figures;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
