/**
 * The Redis Streams peer: a consumer of a group that scores what came in one run, and stores it with one MSET and one XACK. The next
 * read waits on a connection of its own while a batch is scored and stored.
 */
import { Redis } from 'ioredis';
import { BatchScorer } from '../batch-scorer';
import { BenchPrediction, PREDICTION_BYTES, writePrediction } from '../bench-prediction';
import { type PeerModel } from '../peer-model';
import { GROUP, PREDICTION_KEY, RECORD_STREAM } from './redis-names';

const MAX_BATCH = 1_000;
const BLOCK_MS = 1_000;
const VERSION = 1;

/** [id, [field, value, field, value]] */
type StreamItem = [id: Buffer, fields: Buffer[]];

async function main(setup: { port: number; model: PeerModel }): Promise<void> {
  const reader = new Redis({ port: setup.port, protocol: 2 });
  const writer = new Redis({ port: setup.port, protocol: 2 });
  await reader.xgroup('CREATE', RECORD_STREAM, GROUP, '$', 'MKSTREAM');
  const scorer = await BatchScorer.load(setup.model, MAX_BATCH);
  process.stdout.write('ready\n');
  let reading = readBatch(reader);
  for (;;) {
    const items = await reading;
    reading = readBatch(reader);
    if (items.length > 0) await store(writer, items, await score(scorer, items));
  }
}

async function readBatch(redis: Redis): Promise<StreamItem[]> {
  const read = ['GROUP', GROUP, 'worker', 'COUNT', MAX_BATCH, 'BLOCK', BLOCK_MS, 'STREAMS', RECORD_STREAM, '>'];
  const answer = (await redis.callBuffer('XREADGROUP', read)) as [stream: Buffer, items: StreamItem[]][] | null;
  return answer?.[0]?.[1] ?? [];
}

function score(scorer: BatchScorer, items: readonly StreamItem[]): Promise<(row: number) => number> {
  items.forEach(([, fields], row) => scorer.setBytes(row, fields[3] as Buffer));
  return scorer.run(items.length);
}

/** Both commands in one write. Stored before acknowledged: after a crash in between, an item is scored again. */
async function store(redis: Redis, items: readonly StreamItem[], scoreOf: (row: number) => number): Promise<void> {
  const scoredAt = Date.now();
  const values = Buffer.allocUnsafe(items.length * PREDICTION_BYTES);
  const pairs = items.flatMap(([, fields], row) => {
    writePrediction(values, row * PREDICTION_BYTES, new BenchPrediction(scoreOf(row), VERSION, scoredAt));
    return [
      PREDICTION_KEY + (fields[1] as Buffer).toString('latin1'),
      values.subarray(row * PREDICTION_BYTES, (row + 1) * PREDICTION_BYTES),
    ];
  });
  const ids = items.map(([id]) => id);
  for (const [error] of (await redis
    .pipeline()
    .mset(pairs)
    .xack(RECORD_STREAM, GROUP, ...ids)
    .exec()) ?? []) {
    if (error) throw error;
  }
}

void main(JSON.parse(process.argv[2] ?? '{}') as { port: number; model: PeerModel });
