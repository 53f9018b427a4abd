import { NearscoreError } from '@nearscore/errors';
import { type FeatureField } from '@nearscore/records';
import { parseJsonBody } from '../http/json-body';
import { type JsonLimits } from '../http/json-scanner';
import { parseRecordItem } from '../records/record-items';
import { LineTooLongError } from './bulk.errors';
import { LineSplitter } from './line-splitter';
import { type RecordReader, type RecordSink } from './record-reader';

export interface RecordLineLimits extends JsonLimits {
  readonly maxKeyBytes: number;
  /** Of one line. */
  readonly maxBodyBytes: number;
}

/** One `{"key", "value"}` per line; lines of nothing but blanks are passed over. */
export class NdjsonReader implements RecordReader {
  readonly hasBegun = true;
  private readonly lines: LineSplitter;

  constructor(
    private readonly fields: readonly FeatureField[],
    private readonly limits: RecordLineLimits,
    private readonly sink: RecordSink,
  ) {
    const maxLineBytes = limits.maxBodyBytes;
    const tooLong = (): void => {
      if (sink.begin()) sink.fault(new LineTooLongError(maxLineBytes));
    };
    this.lines = new LineSplitter({ line: (bytes) => this.read(bytes), tooLong }, { maxLineBytes });
  }

  push(chunk: Buffer): void {
    this.lines.push(chunk);
  }

  end(): void {
    this.lines.end();
  }

  private read(bytes: Buffer): void {
    if (!this.sink.begin() || isBlank(bytes)) return;
    try {
      const json = parseJsonBody(bytes, this.limits, 'line');
      this.sink.record(parseRecordItem(json, this.fields, this.limits), bytes.length);
    } catch (error) {
      if (!(error instanceof NearscoreError)) throw error;
      this.sink.fault(error);
    }
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09);
}
