import { type Rollout, type RolloutStore, rolloutUnderWay, type StreamRollouts } from '@nearscore/registry';
import { RolloutConflictError, RolloutNotFoundError, RolloutRunningError } from './rollouts.errors';

const MAX_ATTEMPTS = 20;

type Store = Pick<RolloutStore, 'get' | 'change'>;

/**
 * Begins what `build` makes of the stream as it is: the number of the rollout is given to it. It reads the deployment itself, so
 * that one that changes afterwards supersedes the rollout. RolloutRunningError when one is under way.
 */
export async function startRollout(
  store: Store,
  stream: string,
  build: (number: number) => Promise<Rollout>,
): Promise<Rollout> {
  const entry = await store.get(stream);
  const running = rolloutUnderWay(entry);
  if (running) throw new RolloutRunningError(running);
  const rollout = await build(1 + (entry?.rollouts[0]?.number ?? 0));
  const begun = await store.change(entry, rollout);
  if (begun !== undefined) return rollout;
  const other = rolloutUnderWay(await store.get(stream));
  throw other ? new RolloutRunningError(other) : new RolloutConflictError(stream);
}

/** Changes the rollout to what is wished. RolloutNotFoundError; whatever `wish` throws where that is not possible. */
export async function changeRollout(store: Store, id: string, wish: (rollout: Rollout) => Rollout): Promise<Rollout> {
  const stream = streamOfRollout(id);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const entry = await store.get(stream);
    const wished = wish(rolloutOf(entry, id));
    if (entry?.rollouts.includes(wished)) return wished;
    if ((await store.change(entry, wished)) !== undefined) return wished;
  }
  throw new RolloutConflictError(stream);
}

/** RolloutNotFoundError when it is not, or no more, in the stream's entry. */
export function rolloutOf(entry: StreamRollouts | undefined, id: string): Rollout {
  const found = entry?.rollouts.find((rollout) => rollout.id === id);
  if (!found) throw new RolloutNotFoundError(id);
  return found;
}

/** The stream of `<stream>.<number>`. RolloutNotFoundError for what can be no id. */
export function streamOfRollout(id: string): string {
  const stream = /^([a-z0-9][a-z0-9._-]{0,63})\.[1-9]\d{0,9}$/.exec(id)?.[1];
  if (stream === undefined) throw new RolloutNotFoundError(id);
  return stream;
}
