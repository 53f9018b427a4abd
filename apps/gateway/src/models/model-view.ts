import { type ModelConfig, type ModelSignature } from '@nearscore/records';
import { byModel, type ModelAdmission, type ModelVersion } from '@nearscore/registry';
import { type AliasesView, type ModelAliasesView, type VersionAliases } from './version-aliases';

/** A model version on the wire. */
export interface ModelVersionView {
  readonly model: string;
  readonly version: number;
  /** Of the stored file, and of the one that was uploaded: they differ where a ZipMap was lowered. */
  readonly sha256: string;
  readonly uploadedSha256: string;
  readonly byteLength: number;
  /** ISO 8601 */
  readonly admittedAt: string;
  readonly admittedBy: string | null;
  /** The streams for which this version is what it is called. */
  readonly aliases: AliasesView;
  readonly signature: ModelSignature;
  readonly config: ModelConfig;
  /** null where a program stored the version without the gateway. */
  readonly graph: GraphView | null;
  readonly admission: AdmissionView | null;
}

export type GraphView = Pick<ModelAdmission, 'irVersion' | 'opset' | 'nodes' | 'initializers' | 'initializerBytes'> & {
  readonly domains: readonly string[];
};

export type AdmissionView = Pick<ModelAdmission, 'uploadedByteLength' | 'lowered' | 'probe' | 'goldenRows' | 'stepsMs'>;

export interface ModelSummary {
  readonly model: string;
  /** Ascending. */
  readonly versions: readonly number[];
  /** By stream. */
  readonly aliases: ModelAliasesView;
}

export function toModelVersionView(stored: ModelVersion, aliases: VersionAliases): ModelVersionView {
  const { model, version, sha256, byteLength, admittedAt, signature, config, admission } = stored;
  return {
    ...{ model, version, sha256, uploadedSha256: admission?.uploadedSha256 ?? sha256, byteLength },
    admittedAt: new Date(admittedAt).toISOString(),
    admittedBy: admission?.by ?? null,
    aliases: aliases.ofVersion(model, version),
    ...{ signature, config },
    graph: admission ? toGraphView(admission) : null,
    admission: admission ? toAdmissionView(admission) : null,
  };
}

function toGraphView({ irVersion, opset, nodes, initializers, initializerBytes }: ModelAdmission): GraphView {
  return { irVersion, opset, domains: Object.keys(opset), nodes, initializers, initializerBytes };
}

function toAdmissionView({ uploadedByteLength, lowered, probe, goldenRows, stepsMs }: ModelAdmission): AdmissionView {
  return { uploadedByteLength, lowered, probe, goldenRows, stepsMs };
}

/** @param stored by model and version */
export function toModelSummaries(stored: readonly ModelVersion[], aliases: VersionAliases): ModelSummary[] {
  return [...byModel(stored)].map(([model, all]) => {
    return { model, versions: all.map(({ version }) => version), aliases: aliases.ofModel(model) };
  });
}
