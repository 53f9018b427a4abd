import { type Client, type IMap, type Member } from 'hazelcast-client';
import { messageOf } from '@nearscore/errors';
import { GridUnavailableError } from '../grid.errors';
import { type GridOptions } from '../grid.options';
import { DEFAULT_OPERATION_TIMEOUT_MS } from './client-config';
import { type ConnectionWatch } from './connection-watch';
import { GridCalls } from './grid-calls';
import { type Grid, type GridMember, type ReconnectEvent } from './grid';
import { type GridMap } from './grid-map';
import { HazelcastMap } from './hazelcast-map';
import { HazelcastRecordMap } from './hazelcast-record-map';
import { readMemberConfig } from './member-config';
import { OwnerTable } from './owner-table';
import { type RecordMap } from './record-map';
import { StoredValues } from './stored-values';
import { createJsonCodec, createPlainCodec, type ValueCodec } from './value-codec';

/** Asked for when any map will do; stays empty. */
const SCRATCH_MAP = 'nearscore.schemas';

export class HazelcastGrid implements Grid {
  readonly clusterName: string;
  readonly partitions: OwnerTable;
  private readonly calls: GridCalls;
  private readonly values: StoredValues;
  private readonly memberListeners = new Set<() => void>();

  constructor(
    readonly client: Client,
    private readonly options: GridOptions,
    private readonly watch: ConnectionWatch,
  ) {
    const timeoutMs = options.operationTimeoutMs ?? DEFAULT_OPERATION_TIMEOUT_MS;
    this.clusterName = options.clusterName;
    this.calls = new GridCalls(() => watch.isConnected(), timeoutMs);
    this.values = new StoredValues(client);
    this.partitions = new OwnerTable(client.getPartitionService(), {
      provoke: () => this.touch('ready', ''),
      readyTimeoutMs: timeoutMs,
    });
    const changed = () => this.membersChanged();
    client.getCluster().addMembershipListener({ memberAdded: changed, memberRemoved: changed });
  }

  members(): readonly GridMember[] {
    return this.client.getCluster().getMembers().map(toGridMember);
  }

  onMembersChanged(listener: () => void): () => void {
    this.memberListeners.add(listener);
    return () => this.memberListeners.delete(listener);
  }

  onReconnect(listener: (event: ReconnectEvent) => void): () => void {
    return this.watch.onReconnect(listener);
  }

  jsonMap<T>(name: string): Promise<GridMap<T>> {
    return this.map(name, createJsonCodec<T>(name));
  }

  binaryMap(name: string): Promise<GridMap<Buffer>> {
    return this.map(name, createPlainCodec<Buffer>(name, Buffer.isBuffer));
  }

  objectMap<T extends object>(name: string): Promise<GridMap<T>> {
    return this.map(
      name,
      createPlainCodec<T>(name, (stored) => typeof stored === 'object'),
    );
  }

  async recordMap(name: string): Promise<RecordMap> {
    return new HazelcastRecordMap(await this.proxy(name), this.calls, this.values);
  }

  /** The client makes a schema known before it sends anything of that type, a key that is looked up included. */
  async replicateSchema(sample: object): Promise<void> {
    await this.touch('replicateSchema', sample);
  }

  async memberConfig(member: GridMember): Promise<string> {
    try {
      return await readMemberConfig(this.options, member);
    } catch (cause) {
      const message = `Member ${member.host}:${member.port} does not tell its configuration: ${messageOf(cause)}`;
      throw new GridUnavailableError(message, { cause });
    }
  }

  isConnected(): boolean {
    return this.watch.isConnected();
  }

  async close(): Promise<void> {
    this.partitions.close();
    await this.client.shutdown();
  }

  private async map<T>(name: string, codec: ValueCodec<T>): Promise<GridMap<T>> {
    return new HazelcastMap({
      map: await this.proxy(name),
      calls: this.calls,
      codec,
      logger: this.options.logger,
    });
  }

  private proxy<K>(name: string): Promise<IMap<K, unknown>> {
    return this.calls.read(name, 'getMap', () => this.client.getMap<K, unknown>(name));
  }

  private async touch(operation: string, key: unknown): Promise<void> {
    const map = await this.proxy<unknown>(SCRATCH_MAP);
    await this.calls.read(SCRATCH_MAP, operation, () => map.containsKey(key));
  }

  private membersChanged(): void {
    for (const listener of [...this.memberListeners]) listener();
    this.partitions.compare();
  }
}

/** The client's member objects carry the version, its public interface does not name it. */
function toGridMember(member: Member & { version?: { major: number; minor: number; patch: number } }): GridMember {
  const { address, uuid, version } = member;
  return {
    uuid: uuid.toString(),
    host: address.host,
    port: address.port,
    version: version === undefined ? 'unknown' : `${version.major}.${version.minor}.${version.patch}`,
  };
}
