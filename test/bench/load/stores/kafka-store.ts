import { Consumer, type Message, type MessagesStream, Producer } from '@platformatic/kafka';
import { setTimeout as delay } from 'node:timers/promises';
import { PREDICTION_TOPIC, RECORD_TOPIC } from '../../peers/kafka/kafka-names';
import { readPrediction } from '../../peers/bench-prediction';
import { indexOf, KEYS, keyOf, littleEndianFloats } from '../record-pool';
import { type RecordStore, type StoredPrediction } from './record-store';

const ALL_REPLICAS = -1;
const LOOK_AGAIN_MS = 2;
/** As Kafka's own producer does by default: records of single calls wait this long for others. */
const LINGER_MS = 5;

/**
 * Records and predictions are topics. Kafka reads by offset, not by key: to know a key's prediction, this reads the whole topic and
 * keeps the last of each. It reads only while somebody asks, so that it is no cost of the rounds.
 */
export class KafkaStore implements RecordStore {
  readonly maxOpenCalls = 256;
  private readonly broker: { clientId: string; bootstrapBrokers: string[] };
  private readonly producer: Producer;
  private readonly messages = Array.from({ length: KEYS }, (_, index) => ({
    topic: RECORD_TOPIC,
    key: Buffer.from(keyOf(index)),
    value: littleEndianFloats(index),
  }));
  private readonly last = new Map<number, StoredPrediction>();
  private readonly positions: bigint[] = [];
  private reading:
    { readonly consumer: Consumer; readonly stream: MessagesStream<Buffer, Buffer, Buffer, Buffer> } | undefined;
  private lingering: KafkaStore['messages'] = [];
  private lingerOver: Promise<unknown> | undefined;
  private seen: (key: number) => void = () => undefined;

  constructor(
    address: string,
    private readonly partitions: number,
  ) {
    this.broker = { clientId: 'loader', bootstrapBrokers: [address] };
    this.producer = new Producer(this.broker);
  }

  write(first: number, count: number): Promise<unknown> {
    const messages = this.messages.slice(first, first + count);
    if (count > 1) return this.producer.send({ messages, acks: ALL_REPLICAS });
    this.lingering.push(...messages);
    return (this.lingerOver ??= delay(LINGER_MS).then(() => this.sendLingering()));
  }

  async predictions(keys: readonly number[]): Promise<(StoredPrediction | undefined)[]> {
    const { consumer } = (this.reading ??= await this.startReading());
    const ends = (await consumer.listOffsets({ topics: [PREDICTION_TOPIC] })).get(PREDICTION_TOPIC) ?? [];
    while (ends.some((end, partition) => (this.positions[partition] ?? 0n) < end)) await delay(LOOK_AGAIN_MS);
    return keys.map((key) => this.last.get(key));
  }

  async listen(seen: (key: number) => void): Promise<() => Promise<unknown>> {
    // Up to date first: what is seen from here on is new.
    await this.predictions([]);
    this.seen = seen;
    return async () => (this.seen = () => undefined);
  }

  async rest(): Promise<void> {
    const reading = this.reading;
    this.reading = undefined;
    await reading?.stream.close();
    await reading?.consumer.close();
  }

  private sendLingering(): Promise<unknown> {
    const messages = this.lingering;
    this.lingering = [];
    this.lingerOver = undefined;
    return this.producer.send({ messages, acks: ALL_REPLICAS });
  }

  private async startReading(): Promise<NonNullable<KafkaStore['reading']>> {
    const consumer = new Consumer({ ...this.broker, groupId: `loader-${process.pid}-${Date.now()}` });
    const offsets = Array.from({ length: this.partitions }, (_, partition) => ({
      ...{ topic: PREDICTION_TOPIC, partition },
      offset: this.positions[partition] ?? 0n,
    }));
    const stream = await consumer.consume({ topics: [PREDICTION_TOPIC], mode: 'manual', offsets, autocommit: false });
    stream.on('data', (message) => this.onPrediction(message));
    return { consumer, stream };
  }

  private onPrediction({ partition, offset, key, value }: Message): void {
    const index = indexOf(key.toString('latin1'));
    this.last.set(index, readPrediction(value));
    this.positions[partition] = offset + 1n;
    this.seen(index);
  }
}
