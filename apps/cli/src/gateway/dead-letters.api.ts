import { type ApiCall, type NearscoreClient } from '@nearscore/client';

export interface DeadLetterView {
  /** null: the key is no text; `keyData` names it then. */
  readonly key: string | null;
  /** Base64 */
  readonly keyData: string;
  readonly partition: number;
  readonly state: 'retrying' | 'dead';
  readonly reason: { readonly code: string; readonly field?: string; readonly message: string };
  readonly attempts: number;
  readonly model: string;
  readonly version: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly nextAttemptAt: string | null;
}

export interface DeadLetterFilter {
  readonly state?: 'retrying' | 'dead';
  readonly reason?: string;
}

interface Part {
  /** null: it is the last. */
  readonly cursor: string | null;
}

interface Page extends Part {
  readonly deadLetters: readonly DeadLetterView[];
}

const PAGE = 1_000;

/** Page by page, as they are asked for. */
export async function* deadLetters(
  client: NearscoreClient,
  stream: string,
  filter: DeadLetterFilter,
  signal: AbortSignal,
): AsyncGenerator<DeadLetterView, void, undefined> {
  const call = { path: pathOf(stream), query: { ...filter, limit: PAGE }, signal };
  for await (const page of parts<Page>(client, call)) yield* page.deadLetters;
}

/** How far a replay has come: so many were found, and so many of them are tried again. */
export interface ReplayProgress {
  readonly matched: number;
  readonly requeued: number;
}

/** Has all that fit tried again; tells after each part of them how far it is. */
export async function* replayAll(
  client: NearscoreClient,
  stream: string,
  filter: DeadLetterFilter,
  signal: AbortSignal,
): AsyncGenerator<ReplayProgress, void, undefined> {
  let [matched, requeued] = [0, 0];
  const call = { method: 'POST', path: `${pathOf(stream)}/replay`, query: { ...filter }, signal } as const;
  for await (const part of parts<ReplayProgress & Part>(client, call)) {
    [matched, requeued] = [matched + part.matched, requeued + part.requeued];
    yield { matched, requeued };
  }
}

/** @param keyData whether `key` is the key's data in base64, for those that are no text */
export async function replayOne(
  client: NearscoreClient,
  stream: string,
  key: string,
  keyData: boolean,
): Promise<DeadLetterView> {
  const named = keyData ? Buffer.from(key, 'base64').toString('base64url') : key;
  const path = `${pathOf(stream)}/${encodeURIComponent(named)}/replay`;
  const answer = await client.request({ method: 'POST', path, query: keyData ? { keyEncoding: 'data' } : {} });
  return answer as DeadLetterView;
}

async function* parts<T extends Part>(client: NearscoreClient, call: ApiCall): AsyncGenerator<T, void, undefined> {
  let cursor: string | undefined;
  do {
    const part = (await client.request({ ...call, query: { ...call.query, cursor } })) as T;
    yield part;
    cursor = part.cursor ?? undefined;
  } while (cursor !== undefined);
}

function pathOf(stream: string): string {
  return `/v1/streams/${encodeURIComponent(stream)}/dead-letters`;
}
