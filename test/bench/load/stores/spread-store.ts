import { RECORDS_PER_CALL } from '../record-pool';
import { type RecordStore, type StoredPrediction } from './record-store';

/** Records spread over the stores of several streams: a thousand keys to the first, the next thousand to the second, … */
export class SpreadStore implements RecordStore {
  constructor(private readonly stores: readonly RecordStore[]) {}

  write(first: number, count: number): Promise<unknown> {
    const store = this.stores[this.streamOf(first)];
    return store ? store.write(first, count) : Promise.reject(new Error('There are no streams'));
  }

  async predictions(keys: readonly number[]): Promise<(StoredPrediction | undefined)[]> {
    const found = new Map<number, StoredPrediction | undefined>();
    for (const [stream, store] of this.stores.entries()) {
      const own = keys.filter((key) => this.streamOf(key) === stream);
      const predictions = own.length > 0 ? await store.predictions(own) : [];
      own.forEach((key, index) => found.set(key, predictions[index]));
    }
    return keys.map((key) => found.get(key));
  }

  async listen(seen: (key: number) => void): Promise<() => Promise<unknown>> {
    const ends = await Promise.all(this.stores.map((store) => store.listen(seen)));
    return () => Promise.all(ends.map((end) => end()));
  }

  private streamOf(key: number): number {
    return Math.floor(key / RECORDS_PER_CALL) % this.stores.length;
  }
}
