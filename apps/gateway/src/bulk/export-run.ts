import { type NearscoreError } from '@nearscore/errors';
import { type MapReader } from '@nearscore/grid';
import { encodeEventId } from '../feed/event-id.codec';
import { shownError } from '../http/shown-error';
import { lineOf } from './answer-lines';
import { encodeCursor, type ExportPosition } from './export-cursor';
import { type ExportSource } from './export-source';
import { patiently } from './patience';
import { scanPartition } from './partition-scan';

export interface ExportRunParts {
  readonly reader: MapReader;
  readonly source: ExportSource;
  readonly partitions: number;
  /** Behind what it begins. */
  readonly start: ExportPosition;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly onAborted: (error: NearscoreError) => void;
}

/** One export, as pieces of NDJSON; the next one is made when it is asked for. Trouble is told in the last line. */
export class ExportRun {
  private readonly positions: number[];
  private entries = 0;

  constructor(private readonly parts: ExportRunParts) {
    this.positions = [...parts.start.positions];
  }

  async *lines(): AsyncGenerator<string> {
    try {
      while (this.positions.length < this.parts.partitions) yield* this.partitionLines(this.positions.length);
      yield lineOf({ done: true, entries: this.entries, ...this.follow() });
    } catch (error) {
      const shown = shownError(error);
      this.parts.onAborted(shown);
      yield lineOf({ aborted: this.abortion(shown) });
    }
  }

  private async *partitionLines(partition: number): AsyncGenerator<string> {
    const { reader, source } = this.parts;
    const position = source.isFollowed ? await this.nextSequence(partition) : 0;
    let entries = 0;
    for await (const page of scanPartition(reader, { ...this.parts, map: source.map, partition })) {
      entries += page.length;
      if (page.length > 0) yield `${(await source.toLines(partition, page)).join('\n')}\n`;
    }
    this.positions.push(position);
    this.entries += entries;
    yield lineOf({ partitionDone: partition, entries, cursor: this.cursor() });
  }

  /** Asked before the partition is read, so that what changes meanwhile comes behind it. */
  private async nextSequence(partition: number): Promise<number> {
    const { reader, source } = this.parts;
    const passes = ({ retriable }: NearscoreError): boolean => retriable;
    const range = await patiently(() => reader.journalRange(source.map, partition), { ...this.parts, passes });
    return range.newest + 1;
  }

  private follow(): { lastEventId?: string } {
    return this.parts.source.isFollowed ? { lastEventId: encodeEventId(this.position()) } : {};
  }

  private abortion({ code, message, retriable }: NearscoreError): object {
    return { code, message, retriable, ...(this.positions.length > 0 && { cursor: this.cursor() }) };
  }

  private cursor(): string {
    return encodeCursor(this.parts.source.map, this.position());
  }

  /** With the owners of the beginning: when they have changed since, listeners go some events back. */
  private position(): ExportPosition {
    return { ...this.parts.start, positions: this.positions };
  }
}
