import {
  NearscoreApiError,
  NearscoreConnectionError,
  type NearscoreError,
  NearscoreTimeoutError,
} from '../client.errors';
import { type AbortScope } from '../http/abort-scope';
import { delay } from '../http/delay';
import { toApiError } from '../http/error-answer';
import { type HttpCaller } from '../http/http-caller';
import { textChunks } from '../http/text-chunks';
import { type ImportFailure } from './import.options';
import { type ImportTally } from './import-tally';
import { jsonLines } from './json-lines';
import { type SendWindow } from './send-window';

const CHUNK_CHARS = 1 << 16;
const BATCH_CHARS = 1 << 22;
/** What a source can give at once shall go in one batch. */
const BATCH_LINGER_MS = 10;
/** A platform that has no answer by then gives none before the request is whole. */
const EARLY_ANSWER_MS = 1_000;
/** A source that rests for longer gets a request of its own when it goes on: the gateway would end the one that waits. */
const REST_MS = 10_000;
const NDJSON = 'application/x-ndjson';

/** A line of the gateway's answer; numbers count the lines of this one request. */
interface AnswerLine {
  readonly progress?: { readonly line: number };
  readonly error?: { readonly line: number } & Pick<ImportFailure, 'code' | 'message' | 'details'>;
  readonly done?: { readonly lines: number };
  readonly aborted?: { readonly resumeAfterLine: number };
}

/** One request of an import: sends what the window has, and takes what the gateway answers out of it. */
export class ImportRequest {
  private readonly before: number;
  private readonly round: number;
  private answering = false;
  private allSent = false;

  /** @param halfDuplex whether the platform answers nothing but whole requests, as far as that is known */
  constructor(
    private readonly caller: HttpCaller,
    private readonly window: SendWindow,
    private readonly tally: ImportTally,
    private readonly scope: AbortScope,
    private halfDuplex: boolean,
  ) {
    this.round = window.rewind();
    tally.begin();
    this.before = window.lastAnswered;
  }

  get isHalfDuplex(): boolean {
    return this.halfDuplex;
  }

  /** Resolves when the gateway has answered for all that was sent; throws when it will not. */
  async send(path: string, transport: 'stream' | 'batches'): Promise<void> {
    const body = transport === 'stream' ? this.stream() : await this.batch();
    const headers = { 'content-type': NDJSON, accept: NDJSON };
    const response = await this.caller.open({ method: 'POST', path, headers, body }, this.scope, Infinity);
    this.answering = true;
    const watch = { begin: () => this.watch(), end: () => this.watch() };
    for await (const line of jsonLines(textChunks(response, this.scope.signal, watch))) {
      if (this.isLast(line as AnswerLine)) return;
    }
    throw new NearscoreConnectionError('The gateway ended its answer early.');
  }

  private async batch(): Promise<string> {
    await delay(BATCH_LINGER_MS, this.scope.signal);
    const text = (await this.window.take(this.round, BATCH_CHARS)) ?? '';
    this.allSent = true;
    this.watch();
    return text;
  }

  /** The lines as they come. A platform that answers only whole requests gets one when the window is full. */
  private stream(): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
      const text = await this.takeOrEnd();
      this.allSent = text === undefined;
      this.watch();
      if (text === undefined) controller.close();
      else controller.enqueue(encoder.encode(text));
    };
    void this.watchForAnswer();
    return new ReadableStream<Uint8Array>({ pull });
  }

  /** undefined: the request ends here, whatever will come. */
  private async takeOrEnd(): Promise<string | undefined> {
    let resting = false;
    const timer = setTimeout(() => {
      resting = true;
      this.window.wake();
    }, REST_MS);
    const mustEnd = (): boolean =>
      (this.halfDuplex && this.window.isFull) || (resting && this.window.outstanding === 0);
    try {
      return await this.window.take(this.round, CHUNK_CHARS, mustEnd);
    } finally {
      clearTimeout(timer);
    }
  }

  private async watchForAnswer(): Promise<void> {
    await delay(EARLY_ANSWER_MS, this.scope.signal).catch(() => undefined);
    if (this.answering || this.scope.signal.aborted) return;
    this.halfDuplex = true;
    this.window.wake();
  }

  /** Silence means trouble only while the gateway owes an answer. */
  private watch(): void {
    if (this.scope.signal.aborted) return;
    if (this.window.outstanding === 0 && !this.allSent) this.scope.clearDeadline();
    else this.scope.abortAfter(this.caller.timeoutMs, (ms) => new NearscoreTimeoutError(ms));
  }

  private isLast({ error, progress, done, aborted }: AnswerLine): boolean {
    if (error) this.tally.fail({ ...error, line: this.before + error.line });
    const line = progress?.line ?? done?.lines ?? aborted?.resumeAfterLine;
    if (line !== undefined) this.answered(this.before + line);
    if (aborted) throw abortOf(aborted);
    return done !== undefined;
  }

  private answered(record: number): void {
    this.window.answer(record);
    this.tally.answer(this.window.lastAnswered);
  }
}

function abortOf(aborted: object): NearscoreError {
  const error = toApiError(aborted);
  return error ? new NearscoreApiError(error, 200) : new NearscoreConnectionError('The gateway gave the import up.');
}
