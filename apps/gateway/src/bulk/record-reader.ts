import { type NearscoreError } from '@nearscore/errors';
import { type RecordItem } from '../records/record-items';

/** Reads the records of a body out of its pieces, telling a sink of each line in order. */
export interface RecordReader {
  /** False while the beginning, which refuses the whole body when it is not as expected, has not come. */
  readonly hasBegun: boolean;
  push(chunk: Buffer): void;
  /** The body's end. */
  end(): void;
}

/** A line is begun, and then told to be a record, faulty, or (empty) neither. */
export interface RecordSink {
  /** Whether the next line will be passed over. */
  readonly isSkipping: boolean;
  /** @returns false: nobody wants to know what is in this line */
  begin(): boolean;
  /** @param bytes of the line, as a measure of what the record takes */
  record(item: RecordItem, bytes: number): void;
  fault(error: NearscoreError): void;
}
