import { NearscoreApiError, NearscoreConnectionError, NearscoreTimeoutError } from '../client.errors';
import { AbortScope } from '../http/abort-scope';
import { delay } from '../http/delay';
import { toApiError } from '../http/error-answer';
import { type HttpCaller } from '../http/http-caller';
import { textChunks } from '../http/text-chunks';
import { type ExportEnd, type ExportOptions, type UnreadableEntry } from './export.options';
import { jsonLines } from './json-lines';

const NDJSON = 'application/x-ndjson';

interface ControlLine {
  readonly partitionDone?: number;
  readonly entries: number;
  readonly cursor: string;
  readonly done?: boolean;
  readonly aborted?: object;
}

/**
 * All entries of one of a stream's maps, partition by partition. A connection that breaks is followed by another, which
 * begins with the partition that was not whole: its entries may be given again.
 */
export class MapExport<TEntry extends object> {
  private cursor: string | undefined;
  private tries = 0;

  constructor(
    private readonly caller: HttpCaller,
    private readonly path: string,
    private readonly options: ExportOptions,
  ) {
    this.cursor = options.cursor;
  }

  /** Throws the signal's reason when it is aborted: half an export must not look like a whole one. */
  async *entries(): AsyncGenerator<TEntry, void, undefined> {
    const { signal } = this.options;
    for (;;) {
      try {
        return yield* this.connection();
      } catch (error) {
        const delayMs = this.caller.retries.delayAfter(error, ++this.tries);
        if (delayMs === undefined) throw error;
        await delay(delayMs, signal);
      }
    }
  }

  private async *connection(): AsyncGenerator<TEntry, void, undefined> {
    const scope = new AbortScope(this.options.signal);
    const call = { method: 'GET' as const, path: this.path, query: { cursor: this.cursor } };
    const watch = {
      begin: () => scope.abortAfter(this.caller.timeoutMs, (ms) => new NearscoreTimeoutError(ms)),
      end: () => scope.clearDeadline(),
    };
    try {
      const response = await this.caller.open({ ...call, headers: { accept: NDJSON } }, scope);
      for await (const line of jsonLines(textChunks(response, scope.signal, watch))) {
        if ('key' in line && 'error' in line) this.unreadable(line as UnreadableEntry);
        else if ('key' in line) yield line as TEntry;
        else if (this.isLast(line as ControlLine)) return;
      }
    } finally {
      scope.close();
    }
    throw new NearscoreConnectionError('The gateway ended its answer early.');
  }

  private unreadable(entry: UnreadableEntry): void {
    const { onUnreadable } = this.options;
    if (!onUnreadable) throw new NearscoreApiError({ ...entry.error, retriable: false, details: {} }, 200);
    onUnreadable(entry);
  }

  private isLast(line: ControlLine): boolean {
    const error = toApiError(line.aborted);
    if (error) throw new NearscoreApiError(error, 200);
    if (line.done) {
      this.options.onEnd?.(endOf(line));
      return true;
    }
    if (line.partitionDone !== undefined) this.passed(line.partitionDone, line);
    return false;
  }

  private passed(partition: number, { entries, cursor }: ControlLine): void {
    this.cursor = cursor;
    this.tries = 0;
    this.options.onPartition?.({ partition, entries, cursor });
  }
}

function endOf({ entries, ...rest }: ControlLine & { readonly lastEventId?: string }): ExportEnd {
  return { entries, ...(rest.lastEventId !== undefined && { lastEventId: rest.lastEventId }) };
}
