import { type DeploymentSettings, parseName } from '@nearscore/registry';
import { BodyMalformedError } from '../http/http.errors';

export interface DeploymentRequest extends DeploymentSettings {
  readonly model: string;
  readonly version: number;
}

const MAX_VERSION = 2_147_483_647;
const MAX_AGE_SECONDS = 86_400;

/** The body of PUT /v1/streams/{stream}: `{ "model", "version", "maxUnscoredAgeSeconds"? }` and nothing else. */
export function parseDeploymentRequest(json: unknown): DeploymentRequest {
  const { model, version, maxUnscoredAgeSeconds, ...rest } = Object(json) as Record<string, unknown>;
  const isVersion = Number.isInteger(version) && Number(version) >= 1 && Number(version) <= MAX_VERSION;
  if (Array.isArray(json) || !isVersion || Object.keys(rest).length > 0) {
    throw new BodyMalformedError('The body must be {"model": name, "version": whole number from 1}.');
  }
  return { model: parseName(model, 'model'), version: Number(version), ...settingsOf(maxUnscoredAgeSeconds) };
}

function settingsOf(maxUnscoredAgeSeconds: unknown): DeploymentSettings {
  if (maxUnscoredAgeSeconds === undefined) return {};
  if (maxUnscoredAgeSeconds === null) return { maxUnscoredAgeSeconds };
  const seconds = typeof maxUnscoredAgeSeconds === 'number' ? maxUnscoredAgeSeconds : NaN;
  if (seconds >= 0 && seconds <= MAX_AGE_SECONDS) return { maxUnscoredAgeSeconds: seconds };
  throw new BodyMalformedError(
    `"maxUnscoredAgeSeconds" must be a number from 0 (never) to ${MAX_AGE_SECONDS}, or null (as the gateway says).`,
  );
}
