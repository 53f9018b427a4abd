import { Redis } from 'ioredis';
import { PREDICTION_KEY, RECORD_STREAM, RECORDS_KEPT } from '../../peers/redis-streams/redis-names';
import { readPrediction } from '../../peers/bench-prediction';
import { indexOf, KEYS, keyOf, littleEndianFloats } from '../record-pool';
import { type RecordStore, type StoredPrediction } from './record-store';

/** Redis publishes the name of every key that SET or MSET writes. */
const EVENTS = 'E$';
const SET_CHANNEL = '__keyevent@0__:set';

/** Records go into a stream, predictions lie under keys of their own. */
export class RedisStore implements RecordStore {
  private readonly redis: Redis;
  private readonly values = Array.from({ length: KEYS }, (_, index) => littleEndianFloats(index));

  constructor(private readonly port: number) {
    this.redis = new Redis({ port });
  }

  async write(first: number, count: number): Promise<unknown> {
    const pipeline = this.redis.pipeline();
    for (let index = first; index < first + count; index++) {
      const fields = ['k', keyOf(index), 'v', this.values[index] as Buffer];
      pipeline.xadd(RECORD_STREAM, 'MAXLEN', '~', RECORDS_KEPT, '*', ...fields);
    }
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    return undefined;
  }

  async predictions(keys: readonly number[]): Promise<(StoredPrediction | undefined)[]> {
    const found = await this.redis.mgetBuffer(keys.map((key) => `${PREDICTION_KEY}${keyOf(key)}`));
    return found.map((bytes) => (bytes ? readPrediction(bytes) : undefined));
  }

  /** As a grid's entry listener does, these notifications cost the server: they are on only while somebody listens. */
  async listen(seen: (key: number) => void): Promise<() => Promise<unknown>> {
    const subscriber = new Redis({ port: this.port });
    subscriber.on('message', (_channel, name: string) => seen(indexOf(name.slice(PREDICTION_KEY.length))));
    await subscriber.subscribe(SET_CHANNEL);
    await this.redis.config('SET', 'notify-keyspace-events', EVENTS);
    return async () => {
      await this.redis.config('SET', 'notify-keyspace-events', '');
      subscriber.disconnect();
    };
  }
}
