import { type Admission, type Candidate, ModelRefusedError, parseGoldenRows } from '@nearscore/inference';
import { parseModelConfig } from '@nearscore/records';
import { type ModelAdmission, parseName } from '@nearscore/registry';
import { type GridConnection } from '../grid/grid-connection';
import { ModelNotFoundError } from './model.errors';
import { type ModelUpload } from './model-upload';
import { type ModelRetention } from './model-retention';
import { type ModelSummary, type ModelVersionView, toModelSummaries, toModelVersionView } from './model-view';
import { VersionAliases } from './version-aliases';

/** Examines a candidate away from this process: a file that hangs or crashes takes nothing with it. */
export type ModelExaminer = (candidate: Candidate) => Promise<Admission>;

/** Admitted model versions. A version never changes: the same content again is the same version, other content refused. */
export class ModelsService {
  constructor(
    private readonly connection: GridConnection,
    private readonly examine: ModelExaminer,
    private readonly retention: Pick<ModelRetention, 'soon'>,
  ) {}

  /** @param by who asks, as they say */
  async put(model: string, version: number, upload: ModelUpload, by: string | null): Promise<ModelVersionView> {
    const { models } = this.connection.session();
    const name = parseName(model, 'model');
    checkSha256(upload);
    const golden = upload.golden === undefined ? undefined : parseGoldenRows(upload.golden);
    const candidate = { onnx: upload.onnx, config: parseModelConfig(upload.config), golden };
    const examined = await this.examine(candidate);
    const admission = admissionOf(examined, upload, by);
    const { onnx, config, signature } = examined;
    const stored = await models.put(name, version, onnx, config, signature, admission);
    this.retention.soon();
    return toModelVersionView(stored, await this.aliases());
  }

  async summaries(): Promise<ModelSummary[]> {
    return toModelSummaries(await this.connection.session().models.list(), await this.aliases());
  }

  async versions(model: string): Promise<ModelVersionView[]> {
    const stored = await this.connection.session().models.list(parseName(model, 'model'));
    if (stored.length === 0) throw new ModelNotFoundError(model);
    const aliases = await this.aliases();
    return stored.map((version) => toModelVersionView(version, aliases));
  }

  async version(model: string, version: number): Promise<ModelVersionView> {
    const stored = await this.connection.session().models.get(parseName(model, 'model'), version);
    return toModelVersionView(stored, await this.aliases());
  }

  /** Refused when a stream needs it. Its memory is given back unless another version has the same bytes. */
  remove(model: string, version: number): Promise<void> {
    return this.connection.session().removal.remove(parseName(model, 'model'), version);
  }

  private async aliases(): Promise<VersionAliases> {
    return new VersionAliases(await this.connection.session().deployments.list());
  }
}

function checkSha256({ sha256, expectedSha256: expected }: ModelUpload): void {
  if (expected === undefined || expected === sha256) return;
  const message = `The sha256 of the file is ${sha256}, expected was ${expected}.`;
  throw new ModelRefusedError('checksum', message, { expected, actual: sha256 });
}

function admissionOf(
  { facts, lowered, probe, goldenRows, stepsMs, totalMs }: Admission,
  { sha256, onnx }: ModelUpload,
  by: string | null,
): ModelAdmission {
  return {
    ...{ uploadedSha256: sha256, uploadedByteLength: onnx.length, by },
    ...facts,
    ...{ lowered, probe, goldenRows },
    stepsMs: { ...stepsMs, total: totalMs },
  };
}
