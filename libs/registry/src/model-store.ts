import { isDeepStrictEqual } from 'node:util';
import { type GridMap } from '@nearscore/grid';
import { type ModelConfig, type ModelSignature } from '@nearscore/records';
import { EntryReader, type UnreadableListener } from './entry-reader';
import { addressOf } from './model-chunks';
import { type IsNamed, type ModelFiles } from './model-files';
import { type ModelAdmission, type ModelVersion, modelVersionSchema } from './model-version';
import { parseName } from './names';
import { ModelBytesError, ModelVersionExistsError, ModelVersionNotFoundError } from './registry.errors';

const MAX_LISTED = 10_000;

export interface ModelStoreOptions {
  readonly onUnreadable?: UnreadableListener;
  /** Epoch ms. Default Date.now. */
  readonly now?: () => number;
}

/** A version whose entry was removed, and what puts it back unless its number was given away since. */
export interface TakenVersion {
  readonly version: ModelVersion;
  restore(): Promise<void>;
}

/** Immutable versions of models: their bytes first, then the entry that names them, so that an entry implies its bytes. */
export class ModelStore {
  private readonly reader: EntryReader<ModelVersion>;
  private readonly now: () => number;
  private readonly isNamed: IsNamed = async (sha256) =>
    (await this.map.page({ where: { sha256 }, limit: 1 })).length > 0;

  constructor(
    private readonly map: GridMap<unknown>,
    private readonly files: ModelFiles,
    options: ModelStoreOptions = {},
  ) {
    this.reader = new EntryReader<ModelVersion>(map.name, modelVersionSchema, options.onUnreadable);
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
    const address = await addressOf(onnx, knownSha256(onnx, admission));
    const content = { model, version, ...address, config, signature, ...(admission && { admission }) };
    const entry = this.reader.read(key, { ...content, admittedAt: this.now() });
    // Before the bytes are written: those of a refused version would lie there for nothing.
    checkSame(entry, await this.find(key));
    for (;;) {
      const held = await this.files.hold(onnx, address);
      let stored: ModelVersion | undefined;
      let isKept: boolean;
      try {
        stored = await this.name(key, { ...entry, ...held.address });
      } finally {
        isKept = await held.release();
      }
      if (stored && isKept) return stored;
    }
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
    const bytes = await this.files.get(version);
    if (typeof bytes === 'string') throw new ModelBytesError(version.model, version.version, bytes);
    return bytes;
  }

  /** Removes the entry alone. ModelVersionNotFoundError when there is none. */
  async take(model: string, version: number): Promise<TakenVersion> {
    const key = versionKey(model, version);
    for (;;) {
      const stored = await this.map.get(key);
      if (stored === undefined) throw new ModelVersionNotFoundError(model, version);
      const taken = this.reader.read(key, stored);
      const restore = async (): Promise<void> => void (await this.map.setIfAbsent(key, stored));
      if (await this.map.deleteIfSame(key, stored)) return { version: taken, restore };
    }
  }

  /** Gives the memory of a removed version's bytes back, unless another version has the same, or somebody is storing them. */
  async collect({ sha256 }: ModelVersion): Promise<void> {
    await this.files.collect(sha256, this.isNamed);
  }

  /** Gives back what no version names: bytes of uploads and removals that died. */
  async sweep(): Promise<void> {
    await this.files.sweep(async () => {
      const entries = await this.map.entries();
      // One that cannot be read would lose its bytes.
      return entries.map(([key, stored]) => this.reader.read(key, stored));
    }, this.isNamed);
  }

  /** Writes the entry, or finds it as it should be. Undefined: others changed it meanwhile. */
  private async name(key: string, entry: ModelVersion): Promise<ModelVersion | undefined> {
    if (await this.map.setIfAbsent(key, entry)) return entry;
    const stored = await this.map.get(key);
    if (stored === undefined) return undefined;
    const present = this.reader.read(key, stored);
    checkSame(entry, present);
    const { sha256, generation } = entry;
    if (present.sha256 !== sha256 || present.generation === generation) return present;
    // Its own bytes were lost, or collected.
    const moved = { ...present, generation };
    return (await this.map.replaceIfSame(key, stored, moved)) ? moved : undefined;
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

/** Of a file that is stored as it was uploaded. */
function knownSha256(onnx: Uint8Array, admission: ModelAdmission | undefined): string | undefined {
  const isSame = admission?.lowered.length === 0 && admission.uploadedByteLength === onnx.byteLength;
  return isSame ? admission.uploadedSha256 : undefined;
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
