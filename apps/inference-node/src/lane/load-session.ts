import { setImmediate as nextTurn } from 'node:timers/promises';
import { createScoringSession, type ScoringSession } from '@nearscore/inference';
import { type LaneModel } from './lane-messages';
import { type LanePulse, noteOf } from './lane-pulse';
import { type LoadSession } from './session-pool';

/**
 * Loads in a lane that scores meanwhile: each size of batch is warmed up in a turn of its own. What blocks the lane is the
 * load itself, which cannot be cut, and the largest run.
 */
export function sessionLoader(maxBatch: number, pulse: LanePulse): LoadSession {
  return (loading) => {
    const { model, version } = loading;
    return pulse.during(noteOf({ stage: 'load', model, version }), () => loadWarm(loading, maxBatch));
  };
}

async function loadWarm({ onnx, config }: LaneModel, maxBatch: number): Promise<ScoringSession> {
  const session = await createScoringSession(onnx);
  try {
    for (const size of [1, 8, 64, maxBatch]) {
      await nextTurn();
      await session.warmUp(config, [size]);
    }
    await nextTurn();
    return session;
  } catch (error) {
    await session.release();
    throw error;
  }
}
