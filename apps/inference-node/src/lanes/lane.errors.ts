import { NearscoreError } from '@nearscore/errors';
import { type LaneActivity } from '../lane/lane-pulse';
import { type StuckLane } from './lane-watchdog';

/** A lane does not come back from what it does. Native code cannot be stopped from outside, so the whole process ends. */
export class LaneStuckError extends NearscoreError {
  constructor({ lane, activity, stuckMs }: StuckLane) {
    super('LANE_STUCK', `Lane ${lane} made no turn for ${stuckMs} ms, ${doingOf(activity)}.`, {
      retriable: true,
      details: { lane, stuckMs, ...activity },
    });
  }
}

function doingOf(activity: LaneActivity | undefined): string {
  if (!activity) return 'between batches';
  const { stage, model, version, stream } = activity;
  const forStream = stream === undefined ? '' : ` for stream ${stream}`;
  return `${stage === 'load' ? 'loading' : 'running'} ${model} version ${version}${forStream}`;
}
