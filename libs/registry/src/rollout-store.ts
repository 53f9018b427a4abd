import { type GridMap } from '@nearscore/grid';
import { onMapChanged } from './change-listener';
import { EntryReader, type UnreadableListener } from './entry-reader';
import { parseName } from './names';
import { isEnded, type Rollout, type StreamRollouts, streamRolloutsSchema } from './rollout';

const MAX_LISTED = 1_000;
const MAX_ENDED = 20;

/**
 * The rollouts of each stream: one under way at most, and the last that ended. Whatever changes an entry compares it with
 * what was read, so that of all who would take the next step one does.
 */
export class RolloutStore {
  private readonly reader: EntryReader<StreamRollouts>;
  /** The value that an entry was read from: compare-and-set compares that one. */
  private readonly stored = new WeakMap<StreamRollouts, unknown>();

  constructor(
    private readonly map: GridMap<unknown>,
    onUnreadable?: UnreadableListener,
  ) {
    this.reader = new EntryReader<StreamRollouts>(map.name, streamRolloutsSchema, onUnreadable);
  }

  /** Undefined: the stream never had one. RegistryEntryError when the entry cannot be read. */
  async get(stream: string): Promise<StreamRollouts | undefined> {
    const value = await this.map.get(parseName(stream, 'stream'));
    return value === undefined ? undefined : this.remember(this.reader.read(stream, value), value);
  }

  /** By stream, at most 1,000. Entries that cannot be read are left out and told. */
  async list(): Promise<StreamRollouts[]> {
    const entries = await this.map.page({ limit: MAX_LISTED });
    return entries.flatMap(([key, value]) =>
      this.reader.readAll([[key, value]]).map((entry) => this.remember(entry, value)),
    );
  }

  /**
   * Writes `rollout` as the stream's newest, in place of the one with its number if that is the newest. Only when the entry is
   * as `before` was read, undefined: absent. Returns the entry as it is now, or undefined: somebody else changed it.
   */
  async change(before: StreamRollouts | undefined, rollout: Rollout): Promise<StreamRollouts | undefined> {
    const next = streamRolloutsSchema.parse({ stream: rollout.stream, rollouts: historyWith(before, rollout) });
    const key = parseName(rollout.stream, 'stream');
    const written = await (before === undefined
      ? this.map.setIfAbsent(key, next)
      : this.map.replaceIfSame(key, this.stored.get(before) ?? before, next));
    return written ? this.remember(next, next) : undefined;
  }

  /** Calls after any change; best effort, so whoever reconciles polls as well. */
  onChanged(listener: () => void): Promise<() => Promise<void>> {
    return onMapChanged(this.map, listener);
  }

  private remember(entry: StreamRollouts, value: unknown): StreamRollouts {
    this.stored.set(entry, value);
    return entry;
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
