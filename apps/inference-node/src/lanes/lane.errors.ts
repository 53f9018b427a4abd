import { NearscoreError } from '@nearscore/errors';
import { type StuckLane } from './lane-watchdog';

/** A lane does not come back from what it does. Native code cannot be stopped from outside, so the whole process ends. */
export class LaneStuckError extends NearscoreError {
  constructor({ lane, activity, stuckMs }: StuckLane) {
    const doing = activity
      ? `${activity.stage === 'load' ? 'loading' : 'running'} ${activity.model} version ${activity.version} for stream ${activity.stream}`
      : 'between batches';
    super('LANE_STUCK', `Lane ${lane} made no turn for ${stuckMs} ms, ${doing}.`, {
      retriable: true,
      details: { lane, stuckMs, ...activity },
    });
  }
}
