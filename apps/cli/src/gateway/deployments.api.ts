import { NearscoreApiError, type NearscoreClient } from '@nearscore/client';
import { messageOf } from '@nearscore/errors';

export interface DeployedVersion {
  readonly model: string;
  readonly version: number;
}

/** What is deployed to the stream; undefined = nothing. */
export async function deploymentOf(client: NearscoreClient, stream: string): Promise<DeployedVersion | undefined> {
  try {
    return (await client.stream(stream).describe()).deployment;
  } catch (error) {
    if (error instanceof NearscoreApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** By hand, without a rollout: for a stream that nobody uses yet. */
export async function deploy(client: NearscoreClient, stream: string, version: DeployedVersion): Promise<void> {
  const path = `/v1/streams/${encodeURIComponent(stream)}`;
  await client.request({ method: 'PUT', path, body: JSON.stringify(version) });
}

/** Whether the gateway has found the grid; what it says when not. */
export function reachesGrid(client: NearscoreClient): Promise<true | string> {
  return succeeds(client, '/v1/streams');
}

/** Whether a record written now would be scored; what is missing when not. */
export function isReady(client: NearscoreClient): Promise<true | string> {
  return succeeds(client, '/health/ready');
}

async function succeeds(client: NearscoreClient, path: string): Promise<true | string> {
  try {
    await client.request({ path, retry: false });
    return true;
  } catch (error) {
    return messageOf(error);
  }
}
