import { type NearscoreError } from '@nearscore/errors';
import { type FollowerGrid, type PartitionChannel, type PartitionListener } from './partition-channel';
import { PendingStore } from './pending-store';
import { type RecordBatch } from './record-batch';

/**
 * A map of predictions beside those of a stream, under the same keys: nobody follows its journal, and nobody waits for it.
 * One batch is written at a time, so that entries of a key arrive in the order in which they are given.
 */
export class ShadowMap {
  private readonly channels = new Map<number, PartitionChannel>();
  private readonly pending = new PendingStore();
  private settled: ((error: NearscoreError | undefined) => void) | undefined;

  constructor(
    private readonly grid: Pick<FollowerGrid, 'openChannel' | 'flush'>,
    private readonly name: string,
  ) {}

  /**
   * Sends the batch's predictions; rows without one are passed over. To be called when the batch before is settled.
   * Rejects when some could not be written; whether they were is unknown then.
   */
  store(batch: RecordBatch): Promise<void> {
    let acks = 0;
    for (const segment of batch.segments) acks += this.channelOf(segment.partition).store(batch, segment);
    if (!this.pending.expect(acks)) return Promise.resolve();
    this.grid.flush();
    return new Promise((resolve, reject) => {
      this.settled = (error) => (error ? reject(error) : resolve());
    });
  }

  close(): void {
    for (const channel of this.channels.values()) channel.close();
    this.settled?.(undefined);
  }

  private channelOf(partition: number): PartitionChannel {
    let channel = this.channels.get(partition);
    if (!channel) {
      const maps = { name: this.name, recordMap: this.name, predictionMap: this.name };
      channel = this.grid.openChannel(maps, partition, this.listener());
      this.channels.set(partition, channel);
    }
    return channel;
  }

  private settle(error?: NearscoreError): void {
    const outcome = this.pending.settle(error);
    if (outcome) this.settled?.(outcome.error);
  }

  /** Of a channel that only stores. */
  private listener(): PartitionListener {
    const ignore = (): void => undefined;
    return {
      ...{ onSubscribed: ignore, event: ignore, end: ignore },
      ...{ begin: () => true, onPage: () => true, onFound: () => true },
      onAck: () => this.settle(),
      onFailed: (_, error) => this.settle(error),
    };
  }
}
