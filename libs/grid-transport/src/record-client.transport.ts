import { Logger } from '@nestjs/common';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { connectGrid, type Grid } from '@nearscore/grid';
import { RecordRefusedError } from './grid-transport.errors';
import { toGridOptions, type TransportGridOptions } from './grid-connection';
import { PutQueue } from './put-queue';
import { parseRecordToPut } from './record-to-put';

export interface RecordClientOptions {
  readonly grid: TransportGridOptions;
}

/** What `send` answers when the record and its backup are written. */
export interface RecordWritten {
  readonly key: string;
  readonly partition: number;
}

/**
 * Puts records into maps of the grid, as JSON (`HazelcastJsonValue`): `client.emit('features.fraud', { key, value })`, where a
 * value of null removes the record. An array of records is written as one; `send` answers with RecordWritten, or an array of them.
 * What is put in one turn of the event loop leaves as one write.
 *
 * The observable fails with RECORD_REFUSED, GRID_UNAVAILABLE, GRID_OPERATION_FAILED, or WRITE_OUTCOME_UNKNOWN: then the record
 * may be written or not, and writing it again is safe.
 */
export class RecordClient extends ClientProxy {
  private readonly logger = new Logger(RecordClient.name);
  private readonly queues = new Map<string, Promise<PutQueue>>();
  private grid: Promise<Grid> | undefined;

  constructor(private readonly options: RecordClientOptions) {
    super();
  }

  connect(): Promise<Grid> {
    if (this.grid) return this.grid;
    const grid = connectGrid(toGridOptions(this.options.grid, this.logger));
    this.grid = grid;
    // The next one who asks tries again.
    grid.catch(() => (this.grid = undefined));
    return grid;
  }

  async close(): Promise<void> {
    const grid = this.grid;
    this.grid = undefined;
    this.queues.clear();
    await grid?.then(
      (connected) => connected.close(),
      () => undefined,
    );
  }

  unwrap<T>(): T {
    return this.grid as T;
  }

  protected publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    this.put(packet).then(
      (response) => callback({ response, isDisposed: true }),
      (err: unknown) => callback({ err }),
    );
    // What was asked for is written, whether somebody still listens or not.
    return () => undefined;
  }

  protected async dispatchEvent<T = unknown>(packet: ReadPacket): Promise<T> {
    return (await this.put(packet)) as T;
  }

  private async put({ pattern, data }: ReadPacket<unknown>): Promise<RecordWritten | RecordWritten[]> {
    if (typeof pattern !== 'string') throw new RecordRefusedError('the pattern is not the name of a map');
    const grid = await this.connect();
    if (Array.isArray(data)) return this.putAll(grid, pattern, data);
    const [written] = await this.putAll(grid, pattern, [data]);
    return written as RecordWritten;
  }

  private async putAll(grid: Grid, map: string, data: readonly unknown[]): Promise<RecordWritten[]> {
    const records = data.map(parseRecordToPut);
    const queue = await this.queueOf(grid, map);
    await Promise.all(records.map((record) => queue.put(record)));
    return records.map(({ key }) => ({ key, partition: grid.partitions.partitionOf(key) }));
  }

  private queueOf(grid: Grid, map: string): Promise<PutQueue> {
    let queue = this.queues.get(map);
    if (!queue) {
      queue = grid.jsonMap(map).then((target) => new PutQueue(target));
      this.queues.set(map, queue);
      queue.catch(() => this.queues.delete(map));
    }
    return queue;
  }
}
