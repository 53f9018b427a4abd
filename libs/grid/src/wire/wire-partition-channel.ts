import { type NearscoreError } from '@nearscore/errors';
import {
  type ChannelOperation,
  type PartitionChannel,
  type PartitionListener,
  type ScannedMap,
  type ScanPosition,
} from '../journal/partition-channel';
import { type BatchSegment, type RecordBatch, ROW } from '../journal/record-batch';
import { MessageReader } from './message-reader';
import { encodeMapDelete } from './messages/map-delete.codec';
import {
  decodeMapEventJournalSubscribe,
  encodeMapEventJournalSubscribe,
} from './messages/map-event-journal-subscribe.codec';
import { decodeMapEventJournalRead, encodeMapEventJournalRead } from './messages/map-event-journal-read.codec';
import {
  decodeMapFetchEntries,
  encodeMapFetchEntries,
  FIRST_PAGE,
  isLastPage,
} from './messages/map-fetch-entries.codec';
import { decodeMapGetAll, encodeMapGetAll } from './messages/map-get-all.codec';
import { beginMapPutAll, endMapPutAll } from './messages/map-put-all.codec';
import { type ReplyHandler, type WireConnection } from './wire-connection';
import { WireConnectionError } from './wire.errors';

export interface ChannelPorts {
  /** The connection to a partition's owner, if there is one now. */
  connectionOf(partition: number): WireConnection | undefined;
  /** The map whose entries go with those of a prediction map, if there is one now. */
  shadowOf(predictionMap: string): Buffer | undefined;
}

/**
 * One partition of one stream over lean connections. Handlers are made once and used for every request, so that the hot
 * path makes no object per message.
 */
export class WirePartitionChannel implements PartitionChannel {
  private readonly recordMap: Buffer;
  private readonly predictionMap: Buffer;
  private readonly subscribed: ReplyHandler;
  private readonly eventsRead: ReplyHandler;
  private readonly pageRead: ReplyHandler;
  private readonly lookedUp: ReplyHandler;
  private readonly stored: ReplyHandler;
  /** The reading whose answer is awaited: a newer one voids it. */
  private reading: { connection: WireConnection; correlation: number } | undefined;
  private closed = false;

  constructor(
    private readonly maps: { recordMap: string; predictionMap: string },
    private readonly partition: number,
    private readonly ports: ChannelPorts,
    listener: PartitionListener,
  ) {
    this.recordMap = Buffer.from(maps.recordMap);
    this.predictionMap = Buffer.from(maps.predictionMap);
    const onError = (operation: ChannelOperation) => (error: NearscoreError) => {
      if (!this.closed) listener.onFailed(operation, error);
    };
    const unlessClosed = (take: ReplyHandler['onReply']): ReplyHandler['onReply'] => {
      return (bytes, start, end) => this.closed || take(bytes, start, end);
    };
    this.subscribed = {
      onReply: unlessClosed((bytes, start, end) => {
        const { oldest, newest } = decodeMapEventJournalSubscribe(new MessageReader(bytes, start, end));
        listener.onSubscribed(oldest, newest);
        return true;
      }),
      onError: onError('subscribe'),
    };
    this.eventsRead = {
      onReply: unlessClosed((bytes, start, end) => decodeMapEventJournalRead(bytes, start, end, listener)),
      onError: onError('read'),
    };
    this.pageRead = {
      onReply: unlessClosed((bytes, start, end) => {
        const { pointers, offsets } = decodeMapFetchEntries(new MessageReader(bytes, start, end));
        return listener.onPage({ bytes, offsets, next: isLastPage(pointers) ? undefined : pointers });
      }),
      onError: onError('scan'),
    };
    this.lookedUp = {
      onReply: unlessClosed((bytes, start, end) =>
        listener.onFound({ bytes, offsets: decodeMapGetAll(new MessageReader(bytes, start, end)) }),
      ),
      onError: onError('look-up'),
    };
    this.stored = {
      onReply: unlessClosed(() => {
        listener.onAck();
        return true;
      }),
      onError: onError('store'),
    };
  }

  subscribe(): void {
    const connection = this.connectFor(this.subscribed);
    if (!connection) return;
    encodeMapEventJournalSubscribe(
      connection.writer,
      connection.register(this.subscribed),
      this.partition,
      this.recordMap,
    );
  }

  read(start: number, max: number): void {
    this.reading?.connection.forget(this.reading.correlation);
    this.reading = undefined;
    const connection = this.connectFor(this.eventsRead);
    if (!connection) return;
    const correlation = connection.register(this.eventsRead);
    this.reading = { connection, correlation };
    encodeMapEventJournalRead(connection.writer, correlation, this.partition, this.recordMap, start, max);
  }

  scan(map: ScannedMap, from: ScanPosition, pageSize: number): void {
    const connection = this.connectFor(this.pageRead);
    if (!connection) return;
    const correlation = connection.register(this.pageRead);
    encodeMapFetchEntries(connection.writer, correlation, this.partition, this.nameOf(map), {
      pointers: from ?? FIRST_PAGE,
      batch: pageSize,
    });
  }

  lookUp(map: ScannedMap, bytes: Buffer, keys: readonly (readonly [number, number])[]): void {
    const connection = this.connectFor(this.lookedUp);
    if (!connection) return;
    const correlation = connection.register(this.lookedUp);
    encodeMapGetAll(connection.writer, correlation, this.partition, this.nameOf(map), { bytes, ranges: keys });
  }

  store(batch: RecordBatch, segment: BatchSegment): number {
    const connection = this.ports.connectionOf(this.partition);
    if (!connection) return this.failLater(this.stored, 1);
    return this.putPredictions(connection, batch, segment) + this.removeRows(connection, batch, segment);
  }

  removePredictions(bytes: Buffer, keys: readonly (readonly [number, number])[]): number {
    const connection = this.ports.connectionOf(this.partition);
    if (!connection) return this.failLater(this.stored, 1);
    let acks = 0;
    for (const [start, end] of keys) acks += this.encodeDeletes(connection, bytes, start, end);
    return acks;
  }

  close(): void {
    this.closed = true;
    this.reading?.connection.forget(this.reading.correlation);
  }

  private putPredictions(connection: WireConnection, batch: RecordBatch, segment: BatchSegment): number {
    const { writer } = connection;
    const last = segment.firstRow + segment.rowCount;
    let open = false;
    for (let row = segment.firstRow; row < last; row++) {
      const end = batch.predictionEnd[row] ?? 0;
      if (end === 0 || batch.kind[row] !== ROW.score) continue;
      if (!open) beginMapPutAll(writer, connection.register(this.stored), this.partition, this.predictionMap);
      open = true;
      writer.copy(segment.bytes, batch.keyStart[row] ?? 0, batch.keyEnd[row] ?? 0);
      writer.copy(batch.predictions, batch.predictionStart[row] ?? 0, end);
    }
    if (open) endMapPutAll(writer);
    return open ? 1 : 0;
  }

  private removeRows(connection: WireConnection, batch: RecordBatch, segment: BatchSegment): number {
    const last = segment.firstRow + segment.rowCount;
    let acks = 0;
    for (let row = segment.firstRow; row < last; row++) {
      if (batch.kind[row] !== ROW.remove) continue;
      acks += this.encodeDeletes(connection, segment.bytes, batch.keyStart[row] ?? 0, batch.keyEnd[row] ?? 0);
    }
    return acks;
  }

  /** Removes a prediction and its shadow. Returns how many acknowledgements will follow. */
  private encodeDeletes(connection: WireConnection, bytes: Buffer, start: number, end: number): number {
    const shadow = this.ports.shadowOf(this.maps.predictionMap);
    for (const map of shadow ? [this.predictionMap, shadow] : [this.predictionMap]) {
      const correlation = connection.register(this.stored);
      encodeMapDelete(connection.writer, correlation, this.partition, map, { bytes, start, end });
    }
    return shadow ? 2 : 1;
  }

  private nameOf(map: ScannedMap): Buffer {
    return map === 'records' ? this.recordMap : this.predictionMap;
  }

  private connectFor(handler: ReplyHandler): WireConnection | undefined {
    const connection = this.ports.connectionOf(this.partition);
    if (!connection) this.failLater(handler, 0);
    return connection;
  }

  /** A listener is never called from inside its own call. */
  private failLater(handler: ReplyHandler, acks: number): number {
    queueMicrotask(() => handler.onError(new WireConnectionError(`of partition ${this.partition}`, 'not connected')));
    return acks;
  }
}
