import { type GridMap } from '@nearscore/grid';
import { ComparedEntries } from './compared-entries';
import { type UnreadableListener } from './entry-reader';
import { parseName } from './names';
import { RepeatedListing } from './repeated-listing';
import { isEnded, type Rollout, type StreamRollouts, streamRolloutsSchema } from './rollout';

const MAX_LISTED = 1_000;
const MAX_ENDED = 20;

/**
 * The rollouts of each stream: one under way at most, and the last that ended. Whatever changes an entry compares it with
 * what was read, so that of all who would take the next step one does.
 */
export class RolloutStore {
  private readonly listing: RepeatedListing;
  private readonly entries: ComparedEntries<StreamRollouts>;

  constructor(map: GridMap<unknown>, onUnreadable?: UnreadableListener) {
    this.listing = new RepeatedListing(map, MAX_LISTED);
    this.entries = new ComparedEntries<StreamRollouts>(map, streamRolloutsSchema, onUnreadable);
  }

  /** Undefined: the stream never had one. RegistryEntryError when the entry cannot be read. */
  async get(stream: string): Promise<StreamRollouts | undefined> {
    return this.entries.get(parseName(stream, 'stream'));
  }

  /** By stream, at most 1,000. Entries that cannot be read are left out and told. */
  list(): Promise<StreamRollouts[]> {
    return this.entries.list(MAX_LISTED);
  }

  /**
   * The same, for one who looks often.
   * @param maxAgeMs entries that were added since, and that no listener heard of, may be missing
   */
  async look(maxAgeMs: number): Promise<StreamRollouts[]> {
    return this.entries.readAll(await this.listing.look(maxAgeMs));
  }

  /**
   * Writes `rollout` as the stream's newest, in place of the one with its number if that is the newest. Only when the entry is
   * as `before` was read, undefined: absent. Returns the entry as it is now, or undefined: somebody else changed it.
   */
  async change(before: StreamRollouts | undefined, rollout: Rollout): Promise<StreamRollouts | undefined> {
    const next = streamRolloutsSchema.parse({ stream: rollout.stream, rollouts: historyWith(before, rollout) });
    return this.entries.replace(parseName(rollout.stream, 'stream'), before, next);
  }

  /** Calls after any change; best effort, so whoever reconciles polls as well. */
  onChanged(listener: () => void): Promise<() => Promise<void>> {
    return this.listing.onChanged(listener);
  }
}

/** The stream's rollout that has not ended. */
export function rolloutUnderWay(entry: StreamRollouts | undefined): Rollout | undefined {
  return entry?.rollouts.find((rollout) => !isEnded(rollout));
}

function historyWith(before: StreamRollouts | undefined, rollout: Rollout): Rollout[] {
  const others = (before?.rollouts ?? []).filter(({ number }) => number !== rollout.number);
  return [rollout, ...others.slice(0, MAX_ENDED)];
}
