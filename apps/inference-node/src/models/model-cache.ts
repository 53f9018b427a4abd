import { NearscoreError } from '@nearscore/errors';
import { type ModelConfig } from '@nearscore/records';
import { ModelBytesError, type VersionReference } from '@nearscore/registry';
import { type LaneModel } from '../lane/lane-messages';
import { modelNameOf } from '../lane/lane-model';

/** What lies in the grid, as far as it matters here. */
export interface StoredModel {
  readonly sha256: string;
  readonly config: ModelConfig;
}

export interface ModelSources {
  /** Undefined, or rejects, when there is none. */
  model(model: string, version: number): Promise<StoredModel | undefined>;
  /** Checked against the model's sha256. */
  bytes(model: StoredModel): Promise<Uint8Array>;
}

/** Versions as they came from the grid, once for all lanes and for whatever needs them. */
export class ModelCache {
  private readonly models = new Map<string, LaneModel>();
  private readonly fetching = new Map<string, Promise<LaneModel>>();

  constructor(private readonly sources: ModelSources) {}

  /** What is here already; only what names its bytes can be known to be. */
  find({ model, version, sha256 }: VersionReference): LaneModel | undefined {
    return sha256 === undefined ? undefined : this.models.get(modelNameOf({ model, version, sha256 }));
  }

  /** From the grid unless it is here. Rejects as the sources do, or when other bytes lie there; asked again, it tries again. */
  async load(reference: VersionReference): Promise<LaneModel> {
    const here = this.find(reference);
    if (here) return here;
    const name = JSON.stringify(reference);
    let fetching = this.fetching.get(name);
    if (!fetching) {
      fetching = this.fetch(reference).finally(() => this.fetching.delete(name));
      this.fetching.set(name, fetching);
    }
    return fetching;
  }

  /** Forgets all others. */
  keep(models: Iterable<LaneModel>): void {
    const kept = new Set([...models].map(modelNameOf));
    for (const name of this.models.keys()) if (!kept.has(name)) this.models.delete(name);
  }

  private async fetch({ model, version, sha256 }: VersionReference): Promise<LaneModel> {
    const stored = await this.sources.model(model, version);
    if (!stored) throw new Error(`model ${model} version ${version} is not in the grid`);
    if (sha256 !== undefined && stored.sha256 !== sha256) {
      throw new Error(`model ${model} version ${version} is another file than is asked for`);
    }
    const name = { model, version, sha256: stored.sha256 };
    const here = this.models.get(modelNameOf(name));
    if (here) return here;
    const fetched = { ...name, config: stored.config, onnx: toShared(await this.sources.bytes(stored)) };
    this.models.set(modelNameOf(name), fetched);
    return fetched;
  }
}

/** In memory once, however many lanes load it. */
function toShared(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  shared.set(bytes);
  return shared;
}

/** A grid that does not answer says nothing about a version. Bytes that are not those that were admitted do. */
export function isSilence(error: unknown): boolean {
  return error instanceof NearscoreError && error.retriable && !(error instanceof ModelBytesError);
}
