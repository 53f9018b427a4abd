import { type ModelStore } from './model-store';
import { byModel, type ModelVersion } from './model-version';
import { ModelVersionInUseError, ModelVersionNotFoundError } from './registry.errors';
import { type VersionUse, type VersionUses } from './version-use';

type VersionName = Pick<ModelVersion, 'model' | 'version'>;

/** Takes versions away that no stream needs, and gives their memory back. */
export class ModelRemoval {
  constructor(
    private readonly models: Pick<ModelStore, 'get' | 'list' | 'take' | 'collect' | 'sweep'>,
    private readonly uses: Pick<VersionUses, 'list'>,
  ) {}

  /** ModelVersionInUseError when a deployment or a rollout under way names it; ModelVersionNotFoundError. */
  async remove(model: string, version: number): Promise<void> {
    const wanted = await this.models.get(model, version);
    await this.checkUnused(wanted);
    const taken = await this.models.take(model, version);
    try {
      // Whoever deploys looks for the version, writes, and looks again: one of us sees the other.
      await this.checkUnused(wanted);
    } catch (error) {
      await taken.restore();
      throw error;
    }
    await this.models.collect(taken.version);
  }

  /**
   * Removes all but the versions of each model that were admitted last and those that are needed. Then gives back what
   * uploads and removals that died left behind. Returns what it removed.
   * @param keep how many of each model; 0: all
   */
  async retain(keep: number): Promise<VersionName[]> {
    const removed: VersionName[] = [];
    for (const { model, version } of await this.surplus(keep)) {
      if (await this.removeQuietly(model, version)) removed.push({ model, version });
    }
    await this.models.sweep();
    return removed;
  }

  private async surplus(keep: number): Promise<readonly VersionName[]> {
    if (keep === 0) return [];
    const surplus = surplusOf(await this.models.list(), keep);
    if (surplus.length === 0) return [];
    const uses = await this.uses.list();
    return surplus.filter((one) => !uses.some((use) => isSame(use, one)));
  }

  private async checkUnused(wanted: VersionName): Promise<void> {
    const uses = (await this.uses.list()).filter((use) => isSame(use, wanted));
    if (uses.length > 0) throw new ModelVersionInUseError(wanted.model, wanted.version, uses);
  }

  /** Whether it was removed: it may be needed, or gone, since we looked. */
  private async removeQuietly(model: string, version: number): Promise<boolean> {
    try {
      await this.remove(model, version);
      return true;
    } catch (error) {
      if (error instanceof ModelVersionInUseError || error instanceof ModelVersionNotFoundError) return false;
      throw error;
    }
  }
}

/** All but the `keep` of each model that were admitted last; of those admitted at once the highest numbers stay. */
function surplusOf(versions: readonly ModelVersion[], keep: number): ModelVersion[] {
  const newestFirst = (a: ModelVersion, b: ModelVersion): number =>
    b.admittedAt - a.admittedAt || b.version - a.version;
  return [...byModel(versions).values()].flatMap((all) => all.sort(newestFirst).slice(keep));
}

function isSame(one: VersionUse, { model, version }: VersionName): boolean {
  return one.model === model && one.version === version;
}
