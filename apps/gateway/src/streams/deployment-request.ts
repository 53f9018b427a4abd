import { parseName } from '@nearscore/registry';
import { BodyMalformedError } from '../http/http.errors';

export interface DeploymentRequest {
  readonly model: string;
  readonly version: number;
}

const MAX_VERSION = 2_147_483_647;

/** The body of PUT /v1/streams/{stream}: `{ "model", "version" }` and nothing else. */
export function parseDeploymentRequest(json: unknown): DeploymentRequest {
  const { model, version, ...rest } = Object(json) as Record<string, unknown>;
  const isVersion = Number.isInteger(version) && Number(version) >= 1 && Number(version) <= MAX_VERSION;
  if (Array.isArray(json) || !isVersion || Object.keys(rest).length > 0) {
    throw new BodyMalformedError('The body must be {"model": name, "version": whole number from 1}.');
  }
  return { model: parseName(model, 'model'), version: Number(version) };
}
