import { type NearscoreClient } from '@nearscore/client';
import { type ModelSummary, type ModelVersionView } from './model-views';

/** A model is received, loaded and run before it is answered for. */
const PUSH_TIMEOUT_MS = 600_000;

export interface ModelUpload {
  readonly onnx: Uint8Array;
  /** model.json as text; undefined: all that it says is in the graph. */
  readonly config?: string | undefined;
  /** golden.json as text. */
  readonly golden?: string | undefined;
  readonly sha256?: string | undefined;
  /** Who admits it. */
  readonly by?: string | undefined;
}

export async function pushModel(
  client: NearscoreClient,
  model: string,
  version: number | string,
  { onnx, config = '{}', golden, sha256, by }: ModelUpload,
  signal?: AbortSignal,
): Promise<ModelVersionView> {
  const body = new FormData();
  // What is told beside the file comes first: the gateway then knows it when the file comes.
  body.set('config', new Blob([config]), 'model.json');
  if (golden !== undefined) body.set('golden', new Blob([golden]), 'golden.json');
  if (sha256 !== undefined) body.set('sha256', sha256);
  body.set('model', new Blob([onnx]), 'model.onnx');
  const answer = await client.request({
    ...{ method: 'PUT', path: pathOf(model, version), body, timeoutMs: PUSH_TIMEOUT_MS },
    ...(by !== undefined && { headers: { 'x-nearscore-user': by } }),
    ...(signal && { signal }),
  });
  return answer as ModelVersionView;
}

export async function listModels(client: NearscoreClient): Promise<readonly ModelSummary[]> {
  return ((await client.request({ path: '/v1/models' })) as { models: ModelSummary[] }).models;
}

export async function listVersions(client: NearscoreClient, model: string): Promise<readonly ModelVersionView[]> {
  const answer = await client.request({ path: `/v1/models/${encodeURIComponent(model)}` });
  return (answer as { versions: ModelVersionView[] }).versions;
}

export async function showVersion(client: NearscoreClient, model: string, version: string): Promise<ModelVersionView> {
  return (await client.request({ path: pathOf(model, version) })) as ModelVersionView;
}

export async function removeVersion(client: NearscoreClient, model: string, version: string): Promise<void> {
  await client.request({ method: 'DELETE', path: pathOf(model, version) });
}

function pathOf(model: string, version: number | string): string {
  return `/v1/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}`;
}
