import { type CompactSchema } from '../compact/compact-schema';
import { TypeId } from '../compact/type-id';
import { type ModelConfig } from '../config/model-config';
import { CompactPlan } from './compact-plan';
import { CurrentRecord } from './current-record';
import { type InputRows } from './input-rows';
import { decodeJson } from './json-decoding';
import { decodeNumberArray } from './number-array-decoding';
import { type RecordFailure, recordFailure } from './record-failure';
import { RowColumns } from './row-columns';

/** A Compact record whose schema the decoder has not been given: fetch it, `addSchema`, decode again. */
export interface UnknownSchema {
  readonly kind: 'unknown-schema';
  readonly schemaId: bigint;
}

/** Decodes record values of one model into rows of its input tensors. One thread, one record at a time. */
export class RecordDecoder {
  private readonly columns: RowColumns;
  private readonly record = new CurrentRecord();
  private readonly plans = new Map<bigint, CompactPlan>();
  /** The plan of the record before: neighbours mostly share their schema, and this needs no bigint. */
  private latest: { readonly high: number; readonly low: number; readonly plan: CompactPlan } | undefined;

  constructor(config: ModelConfig) {
    this.columns = new RowColumns(config);
  }

  /** Makes the decoding plan of a Compact schema, once. */
  addSchema(schema: CompactSchema): void {
    if (!this.plans.has(schema.schemaId)) this.plans.set(schema.schemaId, new CompactPlan(schema, this.columns));
  }

  /**
   * Decodes one Data, bytes [start, end) with its 8-byte header, into row `row` of each input; undefined: done. After a
   * failure the row's content means nothing. Nothing is allocated for a record that is well, but by JSON, text, decimals and int64 tensors.
   */
  decode(
    bytes: Buffer,
    start: number,
    end: number,
    rows: readonly InputRows[],
    row: number,
  ): RecordFailure | UnknownSchema | undefined {
    const { record, columns } = this;
    if (!record.moveTo(bytes, start, end, rows, row))
      return recordFailure('MALFORMED', 'the value has no whole header');
    switch (record.type) {
      case TypeId.COMPACT:
        return this.decodeCompact();
      case TypeId.FLOAT_ARRAY:
        return decodeNumberArray(record, 4, columns);
      case TypeId.DOUBLE_ARRAY:
        return decodeNumberArray(record, 8, columns);
      case TypeId.JSON:
        return decodeJson(record, columns);
      default:
        return recordFailure('UNSUPPORTED_FORMAT', 'expected Compact, HazelcastJsonValue, float[] or double[]');
    }
  }

  /** [schema id i64][Compact value] */
  private decodeCompact(): RecordFailure | UnknownSchema | undefined {
    const { record } = this;
    if (record.end - record.value < 8) return recordFailure('MALFORMED', 'the Compact value has no whole schema id');
    const plan = this.planOf(record.view.getInt32(record.value), record.view.getInt32(record.value + 4));
    if (plan) return plan.decode(record, record.value + 8);
    return { kind: 'unknown-schema', schemaId: record.view.getBigInt64(record.value) };
  }

  private planOf(high: number, low: number): CompactPlan | undefined {
    if (this.latest?.low === low && this.latest.high === high) return this.latest.plan;
    const plan = this.plans.get((BigInt(high) << 32n) | BigInt(low >>> 0));
    if (plan) this.latest = { high, low, plan };
    return plan;
  }
}
