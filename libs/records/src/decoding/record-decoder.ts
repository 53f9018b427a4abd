import { type CompactSchema } from '../compact/compact-schema';
import { type ModelConfig } from '../config/model-config';
import { type InputRows } from './input-rows';
import { type RecordFailure, recordFailure } from './record-failure';

/** A Compact record whose schema the decoder has not been given: fetch it, `addSchema`, decode again. */
export interface UnknownSchema {
  readonly kind: 'unknown-schema';
  readonly schemaId: bigint;
}

/** Decodes record values of one model into rows of its input tensors. */
export class RecordDecoder {
  constructor(private readonly config: ModelConfig) {}

  /** Makes the decoding plan of a Compact schema, once. */
  addSchema(_schema: CompactSchema): void {}

  decode(
    _bytes: Buffer,
    _start: number,
    _end: number,
    _rows: readonly InputRows[],
    _row: number,
  ): RecordFailure | UnknownSchema | undefined {
    return recordFailure('UNSUPPORTED_FORMAT', `no format of ${this.config.inputs.length} inputs yet`);
  }
}
