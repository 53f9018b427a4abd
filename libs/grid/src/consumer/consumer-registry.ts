import { type GridMap } from '../client/grid-map';
import { NodeWatch } from '../ownership/node-watch';

/** Who consumes: an entry `<group>/<consumer id>` for every consumer, written again with every heartbeat. */
export const CONSUMER_MAP = 'nearscore.consumers';

const MAX_CONSUMERS = 1_000;
/** The grid expires by whole seconds, and a living consumer's entry must not blink. */
const MIN_TTL_MS = 5_000;
/** An entry tells nobody that its consumer is dead, its beats do; it only has to vanish some time. */
const TTL_HEARTBEATS = 20;

interface ConsumerEntry {
  /** Another one with every heartbeat. */
  readonly beats: number;
  readonly maps: readonly string[];
}

export interface RegistryOptions {
  readonly group: string;
  /** Names this life of the consumer: never used again. */
  readonly id: string;
  readonly heartbeatMs: number;
  readonly maps: readonly string[];
}

/** The consumers of one group, as one of them sees them. */
export class ConsumerRegistry {
  private readonly watch: NodeWatch;
  private readonly key: string;
  private readonly maps: string;
  private readonly told = new Set<string>();
  private beats = 0;

  /** @param otherMaps called once for each consumer of the group that consumes other maps than this one */
  constructor(
    private readonly map: GridMap<unknown>,
    private readonly options: RegistryOptions,
    private readonly otherMaps: (id: string, maps: readonly string[]) => void = () => undefined,
  ) {
    this.maps = asText(options.maps);
    this.watch = NodeWatch.ofHeartbeat(options.heartbeatMs);
    this.key = `${options.group}/${options.id}`;
  }

  /**
   * Shows that this consumer lives, and looks which ones do.
   *
   * @param nowMs monotonic
   * @returns their ids, its own among them
   */
  async beat(nowMs: number): Promise<Set<string>> {
    const { heartbeatMs, maps, id } = this.options;
    const entry: ConsumerEntry = { beats: ++this.beats, maps };
    await this.map.set(this.key, entry, Math.max(MIN_TTL_MS, TTL_HEARTBEATS * heartbeatMs));
    return this.watch.observe(nowMs, await this.list()).add(id);
  }

  withdraw(): Promise<void> {
    return this.map.delete(this.key);
  }

  private async list(): Promise<{ id: string; beats: number }[]> {
    const prefix = `${this.options.group}/`;
    const entries = await this.map.page({ prefix, limit: MAX_CONSUMERS });
    return entries.map(([key, entry]) => {
      const id = key.slice(prefix.length);
      const { beats, maps } = readEntry(entry);
      this.compareMaps(id, maps);
      return { id, beats };
    });
  }

  private compareMaps(id: string, maps: readonly string[]): void {
    if (asText(maps) === this.maps || this.told.has(id)) return;
    this.told.add(id);
    this.otherMaps(id, maps);
  }
}

/** Whatever cannot be read does not beat. */
function readEntry(entry: unknown): ConsumerEntry {
  const { beats, maps } = (entry ?? {}) as Partial<ConsumerEntry>;
  return { beats: typeof beats === 'number' ? beats : 0, maps: Array.isArray(maps) ? maps : [] };
}

function asText(maps: readonly string[]): string {
  return JSON.stringify([...maps].sort());
}
