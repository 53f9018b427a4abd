import { isDeepStrictEqual } from 'node:util';
import { type GridMap } from '@nearscore/grid';
import { type ModelConfig, type ModelSignature } from '@nearscore/records';
import { EntryReader, type UnreadableListener } from './entry-reader';
import { addressOf, ModelChunks } from './model-chunks';
import { type ModelAdmission, type ModelVersion, modelVersionSchema } from './model-version';
import { parseName } from './names';
import { ModelBytesError, ModelVersionExistsError, ModelVersionNotFoundError } from './registry.errors';

const MAX_LISTED = 10_000;

export interface ModelStoreOptions {
  readonly onUnreadable?: UnreadableListener;
  /** Epoch ms. Default Date.now. */
  readonly now?: () => number;
}

/** Immutable versions of models: their bytes first, then the entry that names them, so that an entry implies its bytes. */
export class ModelStore {
  private readonly reader: EntryReader<ModelVersion>;
  private readonly chunks: ModelChunks;
  private readonly now: () => number;

  constructor(
    private readonly map: GridMap<unknown>,
    chunks: GridMap<Buffer>,
    options: ModelStoreOptions = {},
  ) {
    this.reader = new EntryReader<ModelVersion>(map.name, modelVersionSchema, options.onUnreadable);
    this.chunks = new ModelChunks(chunks);
    this.now = options.now ?? Date.now;
  }

  /**
   * Stores a version. The same bytes and config again are the version that is there, so a repeat after an unknown
   * outcome is safe; anything else under the same number is a ModelVersionExistsError.
   */
  async put(
    model: string,
    version: number,
    onnx: Uint8Array,
    config: ModelConfig,
    signature: ModelSignature,
    admission?: ModelAdmission,
  ): Promise<ModelVersion> {
    const key = versionKey(model, version);
    const address = addressOf(onnx);
    const content = { model, version, ...address, config, signature, ...(admission && { admission }) };
    const entry = this.reader.read(key, { ...content, admittedAt: this.now() });
    // Before the bytes are written: those of a refused version would lie there for nothing.
    checkSame(entry, await this.find(key));
    await this.chunks.put(onnx, address);
    if (await this.map.setIfAbsent(key, entry)) return entry;
    const present = await this.get(model, version);
    checkSame(entry, present);
    return present;
  }

  /** ModelVersionNotFoundError when there is none. */
  async get(model: string, version: number): Promise<ModelVersion> {
    const present = await this.find(versionKey(model, version));
    if (present === undefined) throw new ModelVersionNotFoundError(model, version);
    return present;
  }

  /** By model and version, at most 10,000. Entries that cannot be read are left out and told. */
  async list(model?: string): Promise<ModelVersion[]> {
    const prefix = model === undefined ? '' : `${parseName(model, 'model')}/`;
    const versions = this.reader.readAll(await this.map.page({ prefix, limit: MAX_LISTED }));
    return versions.sort((a, b) => compareText(a.model, b.model) || a.version - b.version);
  }

  /** The ONNX file. ModelBytesError when it is not whole or not what was admitted. */
  async bytes(version: ModelVersion): Promise<Buffer> {
    const bytes = await this.chunks.get(version);
    if (typeof bytes === 'string') throw new ModelBytesError(version.model, version.version, bytes);
    return bytes;
  }

  private async find(key: string): Promise<ModelVersion | undefined> {
    const stored = await this.map.get(key);
    return stored === undefined ? undefined : this.reader.read(key, stored);
  }
}

function checkSame(entry: ModelVersion, present: ModelVersion | undefined): void {
  if (present === undefined) return;
  const same = uploadOf(present) === uploadOf(entry) && isDeepStrictEqual(present.config, asStored(entry.config));
  if (!same) throw new ModelVersionExistsError(entry.model, entry.version);
}

/** What is stored for one uploaded file may change with the software; the file itself is what its owner calls the same. */
function uploadOf({ sha256, admission }: ModelVersion): string {
  return admission?.uploadedSha256 ?? sha256;
}

function versionKey(model: string, version: number): string {
  return `${parseName(model, 'model')}/${version}`;
}

/** As it comes back from the grid: JSON keeps neither undefined nor minus zero. */
function asStored(config: ModelConfig): unknown {
  return JSON.parse(JSON.stringify(config));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
