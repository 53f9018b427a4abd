import { isDeepStrictEqual } from 'node:util';
import { type Deployment, isEnded, type Rollout } from '@nearscore/registry';
import { type DurationOfBucket, judge } from './guards';
import { isSettled, nodeProgress, preparationOf, type RolloutNode, servingNodes } from './node-progress';
import { deploymentOfStep, RESTORED_STEP, restoredDeployment } from './planned-deployment';
import { aborted, changed, type Reason, rollingBack } from './rollout-change';
import { isLastStep, stepOf } from './rollout-plan';

/** All that the next move depends on. The deployment was read after the rollout. */
export interface Situation {
  readonly rollout: Rollout;
  /** Undefined: nothing is deployed to the stream. */
  readonly deployment: Deployment | undefined;
  readonly nodes: readonly RolloutNode[];
  /** Whether the living ones of these hold the leases of all partitions. */
  readonly areLeasesHeld: boolean;
  /** Epoch ms, of whoever looks. */
  readonly now: number;
  /** How long nodes may take to prepare, and to apply what is committed. */
  readonly timeoutMs: number;
  readonly durationOfBucket: DurationOfBucket;
}

/** One compare-and-set, against the rollout or the deployment of the situation; or none. */
export type Move =
  | { readonly write: 'rollout'; readonly rollout: Rollout }
  | { readonly write: 'deployment'; readonly deployment: Deployment }
  | { readonly write: 'nothing' };

/** How long a state lasts before it is told how far nodes are in it. */
const PROGRESS_AFTER_MS = 250;

/** What is to be done next, by whoever comes first. */
export function advance(situation: Situation): Move {
  const { rollout, nodes } = situation;
  if (isEnded(rollout)) return { write: 'nothing' };
  const next = MOVES[rollout.state](situation);
  if (next !== undefined && 'featureMap' in next) return { write: 'deployment', deployment: next };
  // Every write is felt by all nodes and gateways: of what is over in a moment only the end is told.
  if (next === undefined && isYoung(situation)) return { write: 'nothing' };
  // As far as they have come in the state that ends here.
  const told = { ...(next ?? rollout), nodes: nodeProgress(rollout, nodes) };
  return isDeepStrictEqual(told, rollout) ? { write: 'nothing' } : { write: 'rollout', rollout: told };
}

function isYoung({ rollout, now }: Situation): boolean {
  const ageMs = now - rollout.changedAt;
  // Clocks of gateways may differ by more than that.
  return ageMs >= 0 && ageMs < PROGRESS_AFTER_MS;
}

type Next = Rollout | Deployment | undefined;

const MOVES: Readonly<Record<Rollout['state'], (situation: Situation) => Next>> = {
  preparing: prepare,
  committing: commit,
  settling: settle,
  holding: hold,
  'rolling-back': rollBack,
  completed: () => undefined,
  aborted: () => undefined,
  'rolled-back': () => undefined,
};

function prepare(situation: Situation): Next {
  const { rollout, deployment, now, timeoutMs } = situation;
  if ((deployment?.epoch ?? 0) !== rollout.epoch) return superseded(situation);
  const nodes = servingNodes(situation.nodes);
  const failed = nodes.filter((node) => preparationOf(node, rollout)?.state === 'failed');
  if (failed.length > 0) return aborted(rollout, now, failedReason(rollout, failed));
  const missing = nodes.filter((node) => preparationOf(node, rollout)?.state !== 'prepared');
  if (nodes.length > 0 && missing.length === 0) return changed(rollout, now, { state: 'committing' });
  if (now - rollout.startedAt <= timeoutMs) return undefined;
  return aborted(rollout, now, lateReason('PREPARE_TIMEOUT', 'were not prepared', missing, timeoutMs));
}

function commit(situation: Situation): Next {
  const { rollout, deployment, now } = situation;
  if ((deployment?.epoch ?? 0) === rollout.epoch) return deploymentOfStep(rollout, deployment);
  if (deployment?.rollout?.id !== rollout.id || deployment.rollout.step !== rollout.step) return superseded(situation);
  return changed(rollout, now, { state: 'settling', epoch: deployment.epoch });
}

function settle(situation: Situation): Next {
  const { rollout, nodes, areLeasesHeld, now, timeoutMs } = situation;
  if (!isInForce(situation)) return superseded(situation);
  const missing = nodes.filter((node) => !isSettled(node, rollout, areLeasesHeld));
  if (missing.length === 0 && servingNodes(nodes).length > 0) {
    return changed(rollout, now, { state: isLastStep(rollout) ? 'completed' : 'holding' });
  }
  if (missing.length === 0 || rollout.from === null || now - rollout.changedAt <= timeoutMs) return undefined;
  return rollingBack(rollout, now, lateReason('SETTLE_TIMEOUT', 'did not apply it', missing, timeoutMs));
}

function hold(situation: Situation): Next {
  const { rollout, nodes, now, durationOfBucket } = situation;
  if (!isInForce(situation)) return superseded(situation);
  const { strategy } = rollout;
  const step = stepOf(rollout);
  if (strategy.type === 'all-at-once' || step.kind === 'live') return changed(rollout, now, { state: 'completed' });
  const { figures, isEnough, breaches } = judge(rollout, strategy.guards, nodes, durationOfBucket);
  if (breaches.length > 0) {
    const message = `Version ${rollout.to.version} is worse than it may be: ${breaches.join('; ')}.`;
    return { ...rollingBack(rollout, now, { code: 'GUARD_BREACHED', message }), figures };
  }
  const isHeld = step.holdMs !== null && now - rollout.changedAt >= step.holdMs;
  if (!isHeld || !isEnough) return undefined;
  return changed(rollout, now, { state: 'committing', step: rollout.step + 1, figures });
}

function rollBack(situation: Situation): Next {
  const { rollout, deployment, nodes, areLeasesHeld, now, timeoutMs } = situation;
  const { from } = rollout;
  if (deployment === undefined || from === null) return superseded(situation);
  const isOurs = deployment.rollout?.id === rollout.id;
  if (!isOurs || deployment.rollout?.step !== RESTORED_STEP) {
    // Not committed yet when it was cancelled; committed since, or before.
    const isUntouched = isOurs || deployment.epoch === rollout.epoch;
    return isUntouched ? restoredDeployment(rollout, from, deployment) : superseded(situation);
  }
  if (rollout.epoch !== deployment.epoch) return { ...rollout, epoch: deployment.epoch };
  const isRestored = nodes.every((node) => isSettled(node, rollout, areLeasesHeld)) && servingNodes(nodes).length > 0;
  const isLate = now - rollout.changedAt > timeoutMs;
  return isRestored || isLate ? changed(rollout, now, { state: 'rolled-back' }) : undefined;
}

/** Whether what the rollout committed last is what is deployed. */
function isInForce({ rollout, deployment }: Situation): boolean {
  return deployment?.rollout?.id === rollout.id && deployment.epoch === rollout.epoch;
}

function superseded({ rollout, deployment, now }: Situation): Rollout {
  const what = deployment
    ? `Version ${deployment.version} of ${deployment.model} was deployed by hand`
    : 'The deployment has vanished';
  const before = rollout.reason ? ` after: ${rollout.reason.message}` : '.';
  return aborted(rollout, now, { code: 'SUPERSEDED', message: `${what} meanwhile${before}` });
}

function failedReason(rollout: Rollout, failed: readonly RolloutNode[]): Reason {
  const told = failed.map((node) => `${node.entry.id}: ${preparationOf(node, rollout)?.reason ?? 'no reason given'}`);
  return { code: 'PREPARE_FAILED', message: `The version could not be prepared. ${told.join('; ')}` };
}

function lateReason(code: string, what: string, missing: readonly RolloutNode[], timeoutMs: number): Reason {
  const ids = missing.map(({ entry }) => entry.id).join(', ');
  const message = ids === '' ? 'No node was there to serve.' : `Nodes ${what} within ${timeoutMs / 1000} s: ${ids}.`;
  return { code, message };
}
