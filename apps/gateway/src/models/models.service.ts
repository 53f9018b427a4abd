import { createHash } from 'node:crypto';
import { type Admission, type Candidate, ModelRefusedError, parseGoldenRows } from '@nearscore/inference';
import { parseModelConfig } from '@nearscore/records';
import { type ModelAdmission, parseName } from '@nearscore/registry';
import { type GridConnection } from '../grid/grid-connection';
import { ModelNotFoundError } from './model.errors';
import { type ModelUpload } from './model-upload';
import { type LiveStreams, liveStreamsOf } from './live-streams';
import { type ModelSummary, type ModelVersionView, toModelSummaries, toModelVersionView } from './model-view';

/** Examines a candidate away from this process: a file that hangs or crashes takes nothing with it. */
export type ModelExaminer = (candidate: Candidate) => Promise<Admission>;

/** Admitted model versions. A version never changes: the same content again is the same version, other content refused. */
export class ModelsService {
  constructor(
    private readonly connection: GridConnection,
    private readonly examine: ModelExaminer,
  ) {}

  /** @param by who asks, as they say */
  async put(model: string, version: number, upload: ModelUpload, by: string | null): Promise<ModelVersionView> {
    const { models } = this.connection.session();
    const name = parseName(model, 'model');
    const sha256 = checkedSha256(upload);
    const golden = upload.golden === undefined ? undefined : parseGoldenRows(upload.golden);
    const candidate = { onnx: upload.onnx, config: parseModelConfig(upload.config), golden };
    const examined = await this.examine(candidate);
    const admission = admissionOf(examined, { sha256, byteLength: upload.onnx.length, by });
    const { onnx, config, signature } = examined;
    const stored = await models.put(name, version, onnx, config, signature, admission);
    return toModelVersionView(stored, await this.liveStreams());
  }

  async summaries(): Promise<ModelSummary[]> {
    return toModelSummaries(await this.connection.session().models.list());
  }

  async versions(model: string): Promise<ModelVersionView[]> {
    const stored = await this.connection.session().models.list(parseName(model, 'model'));
    if (stored.length === 0) throw new ModelNotFoundError(model);
    const live = await this.liveStreams();
    return stored.map((version) => toModelVersionView(version, live));
  }

  async version(model: string, version: number): Promise<ModelVersionView> {
    const stored = await this.connection.session().models.get(parseName(model, 'model'), version);
    return toModelVersionView(stored, await this.liveStreams());
  }

  private async liveStreams(): Promise<LiveStreams> {
    return liveStreamsOf(await this.connection.session().deployments.list());
  }
}

/** Of the file as it came. */
function checkedSha256({ onnx, sha256: expected }: ModelUpload): string {
  const sha256 = createHash('sha256').update(onnx).digest('hex');
  if (expected === undefined || expected === sha256) return sha256;
  const message = `The sha256 of the file is ${sha256}, expected was ${expected}.`;
  throw new ModelRefusedError('checksum', message, { expected, actual: sha256 });
}

function admissionOf(
  { facts, lowered, probe, goldenRows, stepsMs, totalMs }: Admission,
  uploaded: { readonly sha256: string; readonly byteLength: number; readonly by: string | null },
): ModelAdmission {
  const { sha256: uploadedSha256, byteLength: uploadedByteLength, by } = uploaded;
  return {
    ...{ uploadedSha256, uploadedByteLength, by },
    ...facts,
    ...{ lowered, probe, goldenRows },
    stepsMs: { ...stepsMs, total: totalMs },
  };
}
