import { setTimeout as delay } from 'node:timers/promises';
import { type NearscoreClient, NearscoreError, UnexpectedAnswerError } from '@nearscore/client';
import { isEnded, type RolloutView } from './rollout-view';

const PATH = '/v1/rollouts';
const RECONNECT_MS = 500;
/** A gateway that is started again is back before. */
const GIVE_UP_MS = 60_000;

export interface RolloutRequest {
  readonly stream: string;
  readonly version: number;
  /** Left out: that of the stream. */
  readonly model?: string;
  /** Left out: all at once. */
  readonly strategy?: object;
  readonly rescore?: boolean;
}

export type RolloutAction = 'cancel' | 'promote' | 'rollback';

/** Asked once alone: when an answer is lost, a second try would be refused because of the first. */
export async function startRollout(
  client: NearscoreClient,
  request: RolloutRequest,
  by?: string,
): Promise<RolloutView> {
  const answer = await client.request({
    ...{ method: 'POST', path: PATH, body: JSON.stringify(request), retry: false },
    ...(by !== undefined && { headers: { 'x-nearscore-user': by } }),
  });
  return answer as RolloutView;
}

export async function actOnRollout(client: NearscoreClient, id: string, action: RolloutAction): Promise<RolloutView> {
  return (await client.request({ method: 'POST', path: `${pathOf(id)}/${action}`, retry: false })) as RolloutView;
}

export async function listRollouts(
  client: NearscoreClient,
  query: { readonly stream?: string; readonly limit?: number },
): Promise<readonly RolloutView[]> {
  return ((await client.request({ path: PATH, query })) as { rollouts: RolloutView[] }).rollouts;
}

export async function showRollout(client: NearscoreClient, id: string, signal?: AbortSignal): Promise<RolloutView> {
  return (await client.request({ path: pathOf(id), ...(signal && { signal }) })) as RolloutView;
}

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Told before each wait for another connection. */
  readonly onLost: (error: NearscoreError) => void;
}

/**
 * A rollout as it changes, up to its end. Gateways may come and go meanwhile; the error of the last try is thrown when none
 * has answered for a minute.
 */
export async function* followRollout(
  client: NearscoreClient,
  id: string,
  { signal, onLost }: FollowOptions,
): AsyncGenerator<RolloutView, void, undefined> {
  for (let heardAt = performance.now(); ;) {
    try {
      for await (const view of connection(client, id, signal)) {
        heardAt = performance.now();
        yield view;
        if (isEnded(view)) return;
      }
    } catch (error) {
      if (!(error instanceof NearscoreError) || !error.retriable) throw error;
      if (performance.now() - heardAt > GIVE_UP_MS) throw error;
      onLost(error);
    }
    await delay(RECONNECT_MS, undefined, { signal });
  }
}

/** Ends with the connection; then it says how things stand. */
async function* connection(client: NearscoreClient, id: string, signal: AbortSignal) {
  for await (const { type, data } of client.events({ path: pathOf(id), signal })) {
    if (type === 'progress') yield parseView(data);
    if (type === 'end') break;
  }
  yield await showRollout(client, id, signal);
}

function parseView(data: string): RolloutView {
  try {
    return JSON.parse(data) as RolloutView;
  } catch {
    throw new UnexpectedAnswerError('The data of an event is not JSON.', 200);
  }
}

function pathOf(id: string): string {
  return `${PATH}/${encodeURIComponent(id)}`;
}
