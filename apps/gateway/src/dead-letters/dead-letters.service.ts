import { type Readable } from 'node:stream';
import { type GatewayLimits } from '@nearscore/config';
import { type NearscoreError } from '@nearscore/errors';
import { type ParkedRecord, type ParkedStore } from '@nearscore/registry';
import type { FastifyRequest } from 'fastify';
import { answerLines } from '../bulk/answer-lines';
import { LongRequest, type LongRequestParts } from '../bulk/long-request';
import { type GridConnection } from '../grid/grid-connection';
import { noteError } from '../http/request-log';
import { type StreamCatalog } from '../streams/stream-catalog';
import { cursorOf, type DeadLetterQuery } from './dead-letter-query';
import { DeadLetterNotFoundError } from './dead-letter.errors';
import { type DeadLetterView, toDeadLetterView } from './dead-letter-view';
import { replayOne, type ReplayProgress, ReplayRun } from './replay-run';

type StreamFilter = Omit<DeadLetterQuery, 'limit'>;

export interface DeadLettersParts extends LongRequestParts {
  readonly connection: GridConnection;
  readonly catalog: Pick<StreamCatalog, 'get'>;
  readonly limits: GatewayLimits;
}

export interface DeadLetterPage {
  readonly deadLetters: readonly DeadLetterView[];
  /** `cursor` of the next page; null: this was the last. */
  readonly cursor: string | null;
}

/** Records that could not be scored, as the grid holds them. None of this needs Redis. */
export class DeadLettersService {
  constructor(private readonly parts: DeadLettersParts) {}

  async list(query: DeadLetterQuery): Promise<DeadLetterPage> {
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

  /** The same for all that fit, for half of the time in which requests are answered; whoever is not through goes on with the cursor. */
  async replayAll(filter: StreamFilter): Promise<ReplayProgress> {
    const run = new ReplayRun(await this.storeOf(filter.stream), filter);
    return run.until(AbortSignal.timeout(this.parts.limits.handlerTimeoutMs / 2));
  }

  /** The same for all that fit, however long it takes, as lines that tell how it goes. */
  async replayLines(filter: StreamFilter, request: FastifyRequest): Promise<Readable> {
    const run = new ReplayRun(await this.storeOf(filter.stream), filter);
    const { bulkPatienceMs: patienceMs, requestTimeoutMs: readTimeoutMs } = this.parts.limits;
    const long = new LongRequest(request, this.parts);
    const onAborted = (error: NearscoreError): void => noteError(request, error);
    const lines = run.lines({ patienceMs, signal: long.ending.signal, onAborted });
    return answerLines(lines, { request, long, readTimeoutMs });
  }

  /** Forgets it: the record stays without a prediction until it is written again. */
  async delete(stream: string, keyData: string): Promise<void> {
    const store = await this.storeOf(stream);
    while (!(await store.resolve(await this.find(stream, keyData)))) continue;
  }

  private async find(stream: string, keyData: string): Promise<ParkedRecord> {
    const record = await (await this.storeOf(stream)).get(stream, keyData);
    if (!record) throw new DeadLetterNotFoundError(stream);
    return record;
  }

  private async storeOf(stream: string): Promise<ParkedStore> {
    await this.parts.catalog.get(stream);
    return this.parts.connection.session().parked;
  }
}
