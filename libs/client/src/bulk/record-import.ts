import { ImportAbortedError, NearscoreError } from '../client.errors';
import { AbortScope } from '../http/abort-scope';
import { delay } from '../http/delay';
import { type HttpCaller } from '../http/http-caller';
import { type KeyedRecord } from '../stream/record';
import { type ImportOptions, type ImportSummary } from './import.options';
import { ImportRequest } from './import-request';
import { ImportTally } from './import-tally';
import { SendWindow } from './send-window';

const DEFAULT_MAX_UNANSWERED_CHARS = 1 << 24;

/** Text is one record as a line of NDJSON has it, `{"key", "value"}`, and is sent as it is: numbers keep all their digits. */
type SourceRecord<TRecord extends object> = KeyedRecord<TRecord> | string;

export type RecordSource<TRecord extends object> =
  AsyncIterable<SourceRecord<TRecord>> | Iterable<SourceRecord<TRecord>>;

/**
 * Writes a source of any length as NDJSON. What the gateway has not answered for is held and sent again when a
 * connection breaks, so that the source is read once, and as fast as its records are written.
 */
export class RecordImport {
  private readonly window: SendWindow;
  private readonly tally: ImportTally;
  private tries = 0;
  private halfDuplex = false;

  /** @param path of the stream's records */
  constructor(
    private readonly caller: HttpCaller,
    private readonly path: string,
    private readonly options: ImportOptions,
  ) {
    const { skip = 0, maxUnansweredChars: maxChars = DEFAULT_MAX_UNANSWERED_CHARS } = options;
    this.window = new SendWindow(skip, { maxChars });
    this.tally = new ImportTally(skip, options);
  }

  async run(source: RecordSource<object>): Promise<ImportSummary> {
    const { signal } = this.options;
    const stop = (): void => this.window.fail(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      // Not waited for: a source that never goes on would never let go.
      void this.pump(source);
      while (await this.window.hasMore()) await this.request();
      return this.tally.summary();
    } finally {
      signal?.removeEventListener('abort', stop);
      this.window.fail(new Error('The import has ended.'));
    }
  }

  /** Never rejects: its failures go to whoever waits for lines. */
  private async pump(source: RecordSource<object>): Promise<void> {
    try {
      let toSkip = this.options.skip ?? 0;
      for await (const record of source) {
        if (toSkip-- > 0) continue;
        await this.window.push(`${lineOf(record)}\n`);
      }
      this.window.end();
    } catch (error) {
      this.window.fail(error);
    }
  }

  /** One request, and the wait before the next when it failed. */
  private async request(): Promise<void> {
    const { signal, transport = platformTransport() } = this.options;
    const before = this.window.lastAnswered;
    const scope = new AbortScope(signal);
    const request = new ImportRequest(this.caller, this.window, this.tally, scope, this.halfDuplex);
    try {
      await request.send(this.path, transport);
      this.tries = 0;
    } catch (error) {
      this.window.throwIfFailed();
      if (this.window.lastAnswered > before) this.tries = 0;
      await delay(this.delayAfter(error), signal);
    } finally {
      this.halfDuplex = request.isHalfDuplex;
      scope.close();
    }
  }

  /** Throws ImportAbortedError when there is no other try. */
  private delayAfter(error: unknown): number {
    const delayMs = this.caller.retries.delayAfter(error, ++this.tries);
    if (delayMs !== undefined) return delayMs;
    if (!(error instanceof NearscoreError)) throw error;
    throw new ImportAbortedError(this.tally.progress(), error);
  }
}

function lineOf(record: SourceRecord<object>): string {
  // A line break within one would make it two, and every number after it wrong.
  if (typeof record === 'string') return record.replace(/[\r\n]+/g, ' ');
  const { key, value } = record;
  return JSON.stringify({ key, value });
}

/** Browsers send the body of a request as a stream over HTTP/2 at most, and read no answer before its end. */
function platformTransport(): 'stream' | 'batches' {
  const { document, WorkerGlobalScope } = globalThis as { document?: unknown; WorkerGlobalScope?: unknown };
  return document === undefined && WorkerGlobalScope === undefined ? 'stream' : 'batches';
}
