import { NearscoreError } from '@nearscore/errors';
import { type Rollout } from '@nearscore/registry';

/** What is asked of a rollout is not possible in the state that it is in. */
export class RolloutStateError extends NearscoreError {
  constructor({ id, state }: Pick<Rollout, 'id' | 'state'>, why: string) {
    super('ROLLOUT_STATE', `Rollout ${id} is ${state}. ${why}`, { details: { rollout: id, state } });
  }
}

/** A stream has one rollout under way at most, and no other way to change what scores it meanwhile. */
export class RolloutRunningError extends NearscoreError {
  constructor({ id, stream, state }: Pick<Rollout, 'id' | 'stream' | 'state'>) {
    const message = `Rollout ${id} of stream ${stream} is ${state}; POST /v1/rollouts/${id}/cancel ends it.`;
    super('ROLLOUT_RUNNING', message, { details: { stream, rollout: id, state } });
  }
}

export class RolloutNotFoundError extends NearscoreError {
  constructor(id: string) {
    super('ROLLOUT_NOT_FOUND', 'There is no such rollout, or it ended too long ago to be remembered.', {
      details: { rollout: id.slice(0, 100) },
    });
  }
}

/** Others changed the stream's rollouts again and again meanwhile. */
export class RolloutConflictError extends NearscoreError {
  constructor(stream: string) {
    super('ROLLOUT_CONFLICT', `The rollouts of stream ${stream} kept changing; try again.`, {
      retriable: true,
      details: { stream },
    });
  }
}
