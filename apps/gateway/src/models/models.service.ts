import { completeModelConfig, type ModelSignature, parseModelConfig } from '@nearscore/records';
import { parseName } from '@nearscore/registry';
import { type GridConnection } from '../grid/grid-connection';
import { ModelNotFoundError } from './model.errors';
import { type ModelUpload } from './model-upload';
import { type ModelSummary, type ModelVersionView, toModelSummaries, toModelVersionView } from './model-view';

/** Reads a graph's inputs and outputs, away from this process: a file that hangs or crashes takes nothing with it. */
export type ModelInspector = (onnx: Uint8Array) => Promise<ModelSignature>;

/** Admitted model versions. A version never changes: the same content again is the same version, other content refused. */
export class ModelsService {
  constructor(
    private readonly connection: GridConnection,
    private readonly inspect: ModelInspector,
  ) {}

  async put(model: string, version: number, { onnx, config }: ModelUpload): Promise<ModelVersionView> {
    const { models } = this.connection.session();
    const name = parseName(model, 'model');
    const input = parseModelConfig(config);
    const signature = await this.inspect(onnx);
    return toModelVersionView(await models.put(name, version, onnx, completeModelConfig(input, signature), signature));
  }

  async summaries(): Promise<ModelSummary[]> {
    return toModelSummaries(await this.connection.session().models.list());
  }

  async versions(model: string): Promise<ModelVersionView[]> {
    const stored = await this.connection.session().models.list(parseName(model, 'model'));
    if (stored.length === 0) throw new ModelNotFoundError(model);
    return stored.map(toModelVersionView);
  }

  async version(model: string, version: number): Promise<ModelVersionView> {
    return toModelVersionView(await this.connection.session().models.get(parseName(model, 'model'), version));
  }
}
