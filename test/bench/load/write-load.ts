import { type LoadRequest, type WriteAnswer } from './load-messages';
import { paced } from './pacing';
import { RECORDS_PER_CALL } from './record-pool';
import { type RecordStore } from './stores/record-store';

/** Writes at a rate, key after key, and round again. */
export class WriteLoad {
  private first = 0;
  private next = 0;

  /**
   * @param keys how many there are
   * @param goesOn whether a write begins behind the keys of the last one, so that all of many have their turn; otherwise at key 0
   */
  constructor(
    private readonly store: RecordStore,
    private readonly keys: number,
    private readonly goesOn: boolean,
  ) {}

  async write(request: Extract<LoadRequest, { type: 'write' }>): Promise<WriteAnswer> {
    const { recordsPerCall, ratePerSecond, seconds } = request;
    const first = (this.first = this.next);
    let records = 0;
    await this.store.rest?.();
    const call = async (index: number): Promise<void> => {
      await this.store.write((first + index * recordsPerCall) % this.keys, recordsPerCall);
      records += recordsPerCall;
    };
    const maxOpenCalls = recordsPerCall === 1 ? this.store.maxOpenCalls : undefined;
    const taken = await paced(ratePerSecond / recordsPerCall, seconds, call, maxOpenCalls);
    if (this.goesOn) this.next = runBehind(first + records) % this.keys;
    return { records, seconds: taken };
  }

  /** `count` keys from the first of the last write on. */
  lastKeys(count: number): number[] {
    return Array.from({ length: count }, (_, index) => (this.first + index) % this.keys);
  }
}

/** Calls in bulk begin at whole thousands. */
function runBehind(index: number): number {
  return Math.ceil(index / RECORDS_PER_CALL) * RECORDS_PER_CALL;
}
