import { type DeployedRetries, type DeploymentSettings, parseName } from '@nearscore/registry';
import { BodyMalformedError } from '../http/http.errors';
import { MAX_VERSION } from '../models/model-version-number';

export interface DeploymentRequest {
  /** Undefined: settings alone. */
  readonly live?: { readonly model: string; readonly version: number };
  readonly settings: DeploymentSettings;
}

const MAX_AGE_SECONDS = 86_400;
const MAX_ATTEMPTS = 100;
const MIN_DELAY_SECONDS = 0.01;
const MAX_DELAY_SECONDS = 86_400;
const DELAYS = ['firstDelaySeconds', 'maxDelaySeconds'] as const;

/**
 * The body of PUT /v1/streams/{stream}: `{ "model", "version", "maxUnscoredAgeSeconds"?, "retries"? }` and nothing else; without
 * `model` and `version` one of the others at least.
 */
export function parseDeploymentRequest(json: unknown): DeploymentRequest {
  const { model, version, maxUnscoredAgeSeconds, retries, ...rest } = Object(json) as Record<string, unknown>;
  if (Array.isArray(json) || Object.keys(rest).length > 0) malformed();
  const settings = { ...ageOf(maxUnscoredAgeSeconds), ...retriesOf(retries) };
  if (model === undefined && version === undefined && Object.keys(settings).length > 0) return { settings };
  const isVersion = Number.isInteger(version) && Number(version) >= 1 && Number(version) <= MAX_VERSION;
  if (!isVersion) malformed();
  return { live: { model: parseName(model, 'model'), version: Number(version) }, settings };
}

function malformed(): never {
  throw new BodyMalformedError(
    'The body must be {"model": name, "version": whole number from 1}, "maxUnscoredAgeSeconds" or "retries", or all of them.',
  );
}

function ageOf(maxUnscoredAgeSeconds: unknown): DeploymentSettings {
  if (maxUnscoredAgeSeconds === undefined) return {};
  if (maxUnscoredAgeSeconds === null) return { maxUnscoredAgeSeconds };
  const seconds = typeof maxUnscoredAgeSeconds === 'number' ? maxUnscoredAgeSeconds : NaN;
  if (seconds >= 0 && seconds <= MAX_AGE_SECONDS) return { maxUnscoredAgeSeconds: seconds };
  throw new BodyMalformedError(
    `"maxUnscoredAgeSeconds" must be a number from 0 (never) to ${MAX_AGE_SECONDS}, or null (as the gateway says).`,
  );
}

function retriesOf(retries: unknown): DeploymentSettings {
  if (retries === undefined) return {};
  if (retries === null) return { retries };
  if (isRetries(retries)) return { retries };
  throw new BodyMalformedError(
    `"retries" must be null (as the nodes say), or have "attempts", a whole number from 1 to ${MAX_ATTEMPTS}, ` +
      `"firstDelaySeconds" and "maxDelaySeconds", numbers from ${MIN_DELAY_SECONDS} to ${MAX_DELAY_SECONDS} that rise; ` +
      'what is left out is as the nodes say.',
  );
}

function isRetries(value: unknown): value is DeployedRetries {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { attempts = 1, ...delays } = value as Record<string, unknown>;
  const isCount = Number.isInteger(attempts) && Number(attempts) >= 1 && Number(attempts) <= MAX_ATTEMPTS;
  const areDelays = Object.entries(delays).every(([name, delay]) => DELAYS.some((it) => it === name) && isDelay(delay));
  const { firstDelaySeconds = MIN_DELAY_SECONDS, maxDelaySeconds = MAX_DELAY_SECONDS } = delays;
  return isCount && areDelays && Number(firstDelaySeconds) <= Number(maxDelaySeconds);
}

function isDelay(value: unknown): boolean {
  return typeof value === 'number' && value >= MIN_DELAY_SECONDS && value <= MAX_DELAY_SECONDS;
}
