import { type GridMap } from './grid-map';
import { type PartitionTable } from './partition-table';
import { type RecordMap } from './record-map';

export interface GridMember {
  readonly uuid: string;
  readonly host: string;
  readonly port: number;
  /** `major.minor.patch` of the member's software. */
  readonly version: string;
}

export interface ReconnectEvent {
  /** None of the members known before the loss is left: the grid was started anew and holds nothing that was in it. */
  readonly restarted: boolean;
}

export interface Grid {
  readonly clusterName: string;
  readonly partitions: PartitionTable;
  members(): readonly GridMember[];
  /** Calls after a member joined or left; returns the function that ends it. */
  onMembersChanged(listener: () => void): () => void;
  /** Calls when a lost connection to the cluster is back; returns the function that ends it. */
  onReconnect(listener: (event: ReconnectEvent) => void): () => void;
  /** A map whose values are JSON (`HazelcastJsonValue`, readable from Java and SQL). */
  jsonMap<T>(name: string): Promise<GridMap<T>>;
  /** A map whose values are byte arrays. */
  binaryMap(name: string): Promise<GridMap<Buffer>>;
  /** A feature map: typed writing as Compact, reading of every record format. */
  recordMap(name: string): Promise<RecordMap>;
  /** A map whose values are of a type given in `compactSerializers`. */
  objectMap<T extends object>(name: string): Promise<GridMap<T>>;
  /** Makes the cluster know the Compact type of a registered class, before raw bytes of it are written. */
  replicateSchema(sample: object): Promise<void>;
  /** The configuration that a member runs with, as XML. GridUnavailableError when it cannot be asked. */
  memberConfig(member: GridMember): Promise<string>;
  isConnected(): boolean;
  /** Ends the connections and all timers. Operations under way are rejected, writes among them as unknown. */
  close(): Promise<void>;
}
