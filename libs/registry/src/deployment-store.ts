import { isDeepStrictEqual } from 'node:util';
import { type GridMap } from '@nearscore/grid';
import { onMapChanged } from './change-listener';
import { type DeployedRetries, type Deployment, deploymentSchema } from './deployment';
import { EntryReader, type UnreadableListener } from './entry-reader';
import { featureMapOf, parseName, predictionMapOf } from './names';
import { DeploymentConflictError } from './registry.errors';

const MAX_ATTEMPTS = 20;
const MAX_LISTED = 1_000;

/** What of a deployment may be set besides the version; what is left out stays as it is. */
export interface DeploymentSettings {
  /** null = as the gateway says */
  readonly maxUnscoredAgeSeconds?: number | null;
  /** null = as the node says */
  readonly retries?: DeployedRetries | null;
}

export interface DeploymentStoreOptions {
  readonly onUnreadable?: UnreadableListener;
  /** Epoch ms. Default Date.now. */
  readonly now?: () => number;
}

/** Which version scores which stream; changed by compare-and-set alone, so epochs never repeat. */
export class DeploymentStore {
  private readonly reader: EntryReader<Deployment>;
  private readonly now: () => number;

  constructor(
    private readonly map: GridMap<unknown>,
    options: DeploymentStoreOptions = {},
  ) {
    this.reader = new EntryReader<Deployment>(map.name, deploymentSchema, options.onUnreadable);
    this.now = options.now ?? Date.now;
  }

  async get(stream: string): Promise<Deployment | undefined> {
    const stored = await this.map.get(parseName(stream, 'stream'));
    return stored === undefined ? undefined : this.reader.read(stream, stored);
  }

  /** By stream, at most 1,000. Entries that cannot be read are left out and told. */
  async list(): Promise<Deployment[]> {
    return this.reader.readAll(await this.map.page({ limit: MAX_LISTED }));
  }

  /**
   * Raises the epoch by one; the first is 1. A deployment that is as asked already stays as it is, so a repeat after an
   * unknown outcome is safe. DeploymentConflictError when others kept changing it.
   */
  async deploy(stream: string, model: string, version: number, settings: DeploymentSettings = {}): Promise<Deployment> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const deployed = await this.tryDeploy(stream, model, version, settings);
      if (deployed !== undefined) return deployed;
    }
    throw new DeploymentConflictError(stream, MAX_ATTEMPTS);
  }

  /** Calls after any change; best effort, so reconcile by polling as well. */
  onChanged(listener: () => void): Promise<() => Promise<void>> {
    return onMapChanged(this.map, listener);
  }

  private async tryDeploy(
    stream: string,
    model: string,
    version: number,
    settings: DeploymentSettings,
  ): Promise<Deployment | undefined> {
    const stored = await this.map.get(parseName(stream, 'stream'));
    const current = stored === undefined ? undefined : this.reader.read(stream, stored);
    const { maxUnscoredAgeSeconds = current?.maxUnscoredAgeSeconds ?? null, retries = current?.retries ?? null } =
      settings;
    const next = {
      ...this.next(stream, model, version, (current?.epoch ?? 0) + 1),
      ...{ maxUnscoredAgeSeconds, retries },
    };
    if (current && isSame(current, next)) return current;
    const written = await (stored === undefined
      ? this.map.setIfAbsent(stream, next)
      : this.map.replaceIfSame(stream, stored, next));
    return written ? next : undefined;
  }

  private next(stream: string, model: string, version: number, epoch: number): Deployment {
    return {
      stream,
      model: parseName(model, 'model'),
      version,
      epoch,
      featureMap: featureMapOf(stream),
      predictionMap: predictionMapOf(stream),
      updatedAt: this.now(),
    };
  }
}

function isSame(a: Deployment, b: Deployment): boolean {
  const settingsOf = ({ maxUnscoredAgeSeconds = null, retries = null }: Deployment) => [maxUnscoredAgeSeconds, retries];
  return a.model === b.model && a.version === b.version && isDeepStrictEqual(settingsOf(a), settingsOf(b));
}
