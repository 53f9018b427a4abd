import { isDeepStrictEqual } from 'node:util';
import { type GridMap } from '@nearscore/grid';
import { ComparedEntries } from './compared-entries';
import { type DeployedRetries, type Deployment, deploymentSchema, type VersionReference } from './deployment';
import { type UnreadableListener } from './entry-reader';
import { featureMapOf, parseName, predictionMapOf } from './names';
import { DeploymentConflictError } from './registry.errors';
import { RepeatedListing } from './repeated-listing';

const MAX_ATTEMPTS = 20;
const MAX_LISTED = 1_000;

/** What of a deployment may be set besides the version; what is left out stays as it is. None of it raises the epoch. */
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

/** Which versions score which stream; changed by compare-and-set alone, so epochs never repeat. */
export class DeploymentStore {
  private readonly listing: RepeatedListing;
  private readonly entries: ComparedEntries<Deployment>;
  private readonly now: () => number;

  constructor(map: GridMap<unknown>, options: DeploymentStoreOptions = {}) {
    this.listing = new RepeatedListing(map, MAX_LISTED);
    this.entries = new ComparedEntries<Deployment>(map, deploymentSchema, options.onUnreadable);
    this.now = options.now ?? Date.now;
  }

  async get(stream: string): Promise<Deployment | undefined> {
    return this.entries.get(parseName(stream, 'stream'));
  }

  /** By stream, at most 1,000. Entries that cannot be read are left out and told. */
  list(): Promise<Deployment[]> {
    return this.entries.list(MAX_LISTED);
  }

  /**
   * The same, for one who looks often.
   * @param maxAgeMs entries that were added since, and that no listener heard of, may be missing
   */
  async look(maxAgeMs: number): Promise<Deployment[]> {
    return this.entries.readAll(await this.listing.look(maxAgeMs));
  }

  /**
   * Makes a version live, alone and by hand: the epoch rises by one, the first is 1. Where it is live alone already only
   * settings change, so a repeat after an unknown outcome is safe. DeploymentConflictError when others kept changing it.
   * @param sha256 of the version's stored ONNX file
   */
  deploy(
    stream: string,
    model: string,
    version: number,
    { sha256, ...settings }: DeploymentSettings & { readonly sha256?: string } = {},
  ): Promise<Deployment> {
    const live = referenceOf({ model: parseName(model, 'model'), version, sha256 });
    return this.changeTo(stream, (current) => ({ ...deployedTo(stream, current, live), ...settings }));
  }

  /** Changes settings, and neither what scores nor the epoch. Undefined when nothing is deployed to the stream. */
  async configure(stream: string, settings: DeploymentSettings): Promise<Deployment | undefined> {
    return this.changeTo(stream, (current) => current && { ...current, ...settings });
  }

  /**
   * Takes `deployed` back: `live` is live in its place, alone, and nothing is `previous`. An epoch of its own; settings stay as they
   * are. Undefined, and nothing is changed, when another epoch is in force: somebody else deployed since.
   */
  withdraw({ stream, epoch }: Deployment, live: VersionReference): Promise<Deployment | undefined> {
    return this.changeTo(stream, (current) =>
      current?.epoch === epoch ? { ...deployedTo(stream, current, referenceOf(live)), previous: null } : undefined,
    );
  }

  /**
   * Writes `next` if the entry is as `before` was read, undefined: absent. `updatedAt` is set here, and rises whatever the
   * clocks of gateways say. Returns it as it is now, or undefined: somebody else changed it. The epoch is the caller's to raise.
   */
  async change(before: Deployment | undefined, next: Deployment): Promise<Deployment | undefined> {
    const key = parseName(next.stream, 'stream');
    const written = deploymentSchema.parse({ ...next, updatedAt: Math.max(this.now(), (before?.updatedAt ?? -1) + 1) });
    return this.entries.replace(key, before, written);
  }

  /** Calls after any change; best effort, so reconcile by polling as well. */
  onChanged(listener: () => void): Promise<() => Promise<void>> {
    return this.listing.onChanged(listener);
  }

  /** `next` may say undefined: nothing is to be changed. */
  private async changeTo<Wanted extends Deployment | undefined>(
    stream: string,
    next: (current: Deployment | undefined) => Wanted,
  ): Promise<Deployment | Wanted> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const current = await this.get(stream);
      const wanted = next(current);
      if (wanted === undefined) return wanted;
      if (current && isDeepStrictEqual(current, wanted)) return current;
      const changed = await this.change(current, wanted);
      if (changed !== undefined) return changed;
    }
    throw new DeploymentConflictError(stream, MAX_ATTEMPTS);
  }
}

/** `live` alone, whatever was deployed; as it was where that is so already. */
function deployedTo(stream: string, current: Deployment | undefined, live: VersionReference): Deployment {
  const isLive = current?.model === live.model && current.version === live.version;
  if (isLive && !current.candidate) return { ...current, ...live };
  const before = current ? referenceOf(current) : null;
  const { maxUnscoredAgeSeconds = null, retries = null, rescoreBefore = null, updatedAt = 0 } = current ?? {};
  return {
    ...{ stream, featureMap: featureMapOf(stream), predictionMap: predictionMapOf(stream) },
    ...live,
    ...{ epoch: (current?.epoch ?? 0) + 1, candidate: null, rollout: null, rescoreBefore },
    previous: isLive ? (current.previous ?? null) : before,
    ...{ maxUnscoredAgeSeconds, retries, updatedAt },
  };
}

function referenceOf({ model, version, sha256 }: VersionReference): VersionReference {
  return { model, version, ...(sha256 !== undefined && { sha256 }) };
}
