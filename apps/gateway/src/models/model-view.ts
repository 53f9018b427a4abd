import { type ModelConfig, type ModelSignature } from '@nearscore/records';
import { type ModelVersion } from '@nearscore/registry';

/** A model version on the wire. */
export interface ModelVersionView {
  readonly model: string;
  readonly version: number;
  readonly sha256: string;
  readonly byteLength: number;
  /** ISO 8601 */
  readonly admittedAt: string;
  readonly signature: ModelSignature;
  readonly config: ModelConfig;
}

export interface ModelSummary {
  readonly model: string;
  /** Ascending. */
  readonly versions: readonly number[];
}

export function toModelVersionView(stored: ModelVersion): ModelVersionView {
  const { model, version, sha256, byteLength, admittedAt, signature, config } = stored;
  return { model, version, sha256, byteLength, admittedAt: new Date(admittedAt).toISOString(), signature, config };
}

/** @param stored by model and version */
export function toModelSummaries(stored: readonly ModelVersion[]): ModelSummary[] {
  const models = new Map<string, number[]>();
  for (const { model, version } of stored) models.set(model, [...(models.get(model) ?? []), version]);
  return [...models].map(([model, versions]) => ({ model, versions }));
}
