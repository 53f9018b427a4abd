/**
 * The Kafka peer: a consumer of a group that scores all that came in one run and produces the predictions in one call. What was
 * processed is committed once a second, after it was produced: after a crash, some is scored again.
 */
import { once } from 'node:events';
import { Consumer, type Message, Producer } from '@platformatic/kafka';
import { BatchScorer } from '../batch-scorer';
import { BenchPrediction, PREDICTION_BYTES, writePrediction } from '../bench-prediction';
import { type PeerModel } from '../peer-model';
import { GROUP, PREDICTION_TOPIC, RECORD_TOPIC } from './kafka-names';

const MAX_BATCH = 1_000;
const COMMIT_EVERY_MS = 1_000;
const ALL_REPLICAS = -1;
const VERSION = 1;

class KafkaScorer {
  private readonly processed = new Map<number, bigint>();

  constructor(
    private readonly consumer: Consumer,
    private readonly producer: Producer,
    private readonly scorer: BatchScorer,
  ) {}

  /** Scores batch after batch, for ever. */
  async run(onReady: () => void): Promise<void> {
    const stream = await this.consumer.consume({ topics: [RECORD_TOPIC], mode: 'earliest', autocommit: false });
    setInterval(() => void this.commit(), COMMIT_EVERY_MS);
    // The client fetches only while somebody listens: `once` alone would leave it without a listener during a batch.
    stream.on('readable', () => undefined);
    onReady();
    // Read rather than told message by message: what has been fetched becomes one batch, and the next fetch goes on meanwhile.
    for (;;) {
      const batch = whatHasCome(stream);
      if (batch.length > 0) await this.score(batch);
      else await once(stream, 'readable');
    }
  }

  private async score(batch: readonly Message[]): Promise<void> {
    batch.forEach(({ value }, row) => this.scorer.setBytes(row, value));
    const scoreOf = await this.scorer.run(batch.length);
    const scoredAt = Date.now();
    const values = Buffer.allocUnsafe(batch.length * PREDICTION_BYTES);
    const messages = batch.map(({ key }, row) => {
      writePrediction(values, row * PREDICTION_BYTES, new BenchPrediction(scoreOf(row), VERSION, scoredAt));
      const value = values.subarray(row * PREDICTION_BYTES, (row + 1) * PREDICTION_BYTES);
      return { topic: PREDICTION_TOPIC, key, value };
    });
    await this.producer.send({ messages, acks: ALL_REPLICAS });
    for (const { partition, offset } of batch) this.processed.set(partition, offset);
  }

  private async commit(): Promise<void> {
    const offsets = [...this.processed].map(([partition, offset]) => ({
      ...{ topic: RECORD_TOPIC, partition, offset },
      leaderEpoch: 0,
    }));
    this.processed.clear();
    if (offsets.length > 0) await this.consumer.commit({ offsets });
  }
}

function whatHasCome(stream: { read(): unknown }): Message[] {
  const batch: Message[] = [];
  for (let message; batch.length < MAX_BATCH && (message = stream.read() as Message | null);) batch.push(message);
  return batch;
}

async function main(setup: { address: string; model: PeerModel }): Promise<void> {
  const broker = { clientId: 'worker', bootstrapBrokers: [setup.address] };
  const consumer = new Consumer({ ...broker, groupId: GROUP });
  const scorer = await BatchScorer.load(setup.model, MAX_BATCH);
  await new KafkaScorer(consumer, new Producer(broker), scorer).run(() => process.stdout.write('ready\n'));
}

void main(JSON.parse(process.argv[2] ?? '{}') as { address: string; model: PeerModel });
