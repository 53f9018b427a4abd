import { parkedKey, type ParkedQuery, type ParkedRecord, type ParkedStore } from '@nearscore/registry';
import { type GridConnection } from '../grid/grid-connection';
import { type StreamCatalog } from '../streams/stream-catalog';
import { cursorOf } from './dead-letter-query';
import { DeadLetterNotFoundError } from './dead-letter.errors';
import { type DeadLetterView, toDeadLetterView } from './dead-letter-view';

const REPLAY_PAGE = 500;

export interface DeadLetterPage {
  readonly deadLetters: readonly DeadLetterView[];
  /** `cursor` of the next page; null: this was the last. */
  readonly cursor: string | null;
}

/** How far a replay has come: so many were looked at, and so many of them are tried again. */
export interface ReplayProgress {
  readonly matched: number;
  readonly requeued: number;
  /** Where to go on; null: all were looked at. */
  readonly cursor: string | null;
}

/** Records that could not be scored, as the grid holds them. None of this needs Redis. */
export class DeadLettersService {
  constructor(
    private readonly connection: GridConnection,
    private readonly catalog: Pick<StreamCatalog, 'get'>,
  ) {}

  async list(query: ParkedQuery & { stream: string }): Promise<DeadLetterPage> {
    const { records, next } = await (await this.storeOf(query.stream)).page(query);
    return { deadLetters: records.map(toDeadLetterView), cursor: next === undefined ? null : cursorOf(next) };
  }

  async get(stream: string, keyData: string): Promise<DeadLetterView> {
    return toDeadLetterView(await this.find(stream, keyData));
  }

  /** Tries it again at once, and if need be as often as a record that was just parked. */
  async replay(stream: string, keyData: string): Promise<DeadLetterView> {
    const store = await this.storeOf(stream);
    const replayed = await replayOne(store, await this.find(stream, keyData));
    // Its lane was quicker: it answers for what is stored now.
    return replayed ? toDeadLetterView(replayed) : this.get(stream, keyData);
  }

  /** The same for all that fit, up to `signal`; whoever is not through goes on with the cursor. */
  async replayAll(query: ParkedQuery & { stream: string }, signal: AbortSignal): Promise<ReplayProgress> {
    const store = await this.storeOf(query.stream);
    let [matched, requeued, after] = [0, 0, query.after];
    do {
      const page = await store.page({ ...query, after, limit: REPLAY_PAGE });
      const replayed = await Promise.all(page.records.map((record) => replayOne(store, record)));
      matched += page.records.length;
      requeued += replayed.filter((record) => record !== undefined).length;
      after = page.next;
    } while (after !== undefined && !signal.aborted);
    return { matched, requeued, cursor: after === undefined ? null : cursorOf(after) };
  }

  /** Forgets it: the record stays without a prediction until it is written again. */
  async delete(stream: string, keyData: string): Promise<void> {
    const store = await this.storeOf(stream);
    while (!(await store.resolve(await this.find(stream, keyData)))) continue;
  }

  private async find(stream: string, keyData: string): Promise<ParkedRecord> {
    const record = await (await this.storeOf(stream)).find(parkedKey(stream, keyData));
    if (!record) throw new DeadLetterNotFoundError(stream);
    return record;
  }

  private async storeOf(stream: string): Promise<ParkedStore> {
    await this.catalog.get(stream);
    return this.connection.session().parked;
  }
}

/** Undefined when its lane changed the entry meanwhile. */
function replayOne(store: ParkedStore, record: ParkedRecord): Promise<ParkedRecord | undefined> {
  const now = Date.now();
  return store.change(record, { state: 'retrying', attempts: 0, nextAttemptAt: now, askedAt: now });
}
