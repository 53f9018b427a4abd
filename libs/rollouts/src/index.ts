export { advance, type Move, type Situation } from './advance';
export { type DurationOfBucket, judge, type Verdict } from './guards';
export { appliedEpoch, preparationOf, type RolloutNode, servingNodes } from './node-progress';
export { beginRollout, cancelled, type NewRollout, promoted } from './rollout-change';
export { percentOf } from './rollout-percent';
export { changeRollout, rolloutOf, startRollout, streamOfRollout } from './rollout-requests';
export { type RolloutPorts, takeTurn, type Turn } from './rollout-turn';
export { RolloutConflictError, RolloutNotFoundError, RolloutRunningError, RolloutStateError } from './rollouts.errors';
