import { type RecordContent, type RecordMap } from '@nearscore/grid';
import { parseRecord } from '@nearscore/records';
import { featureMapOf } from '@nearscore/registry';
import { type BackPressure } from '../back-pressure/back-pressure';
import { type GridConnection } from '../grid/grid-connection';
import { BodyMalformedError } from '../http/http.errors';
import { type PredictionView, toPredictionView } from '../predictions/prediction-view';
import { type PredictionWaits, type WaitRequest } from '../predictions/prediction-waits';
import { type StreamCatalog } from '../streams/stream-catalog';
import { RecordNotFoundError } from './record.errors';
import { parseRecordItems, type RecordItemLimits } from './record-items';
import { parseRecordKey } from './record-key';

/** Where a record lies: the answer to a write. */
export interface RecordPlace {
  readonly key: string;
  readonly partition: number;
}

export interface ScoredRecordPlace extends RecordPlace {
  readonly prediction?: PredictionView;
}

export interface StoredRecord extends RecordPlace {
  readonly value: RecordContent;
}

/** Records of a stream, typed by what its model declares and stored as Compact `nearscore.features.<stream>`. */
export class RecordsService {
  constructor(
    private readonly connection: GridConnection,
    private readonly catalog: StreamCatalog,
    private readonly limits: RecordItemLimits,
    private readonly backPressure: Pick<BackPressure, 'admit'>,
    private readonly waits: PredictionWaits,
  ) {}

  async put(stream: string, key: string, json: unknown): Promise<RecordPlace> {
    const { place, write } = await this.prepare(stream, key, json);
    await write();
    return place;
  }

  /** With the prediction of this very write, or of a later one of its key; without one when it does not come in time. */
  async putAndWait(stream: string, key: string, json: unknown, request: WaitRequest): Promise<ScoredRecordPlace> {
    const { place, write } = await this.prepare(stream, key, json);
    const prediction = await this.waits.predictionOf({ stream, ...place }, request, write);
    if (prediction === undefined) return place;
    return { ...place, prediction: toPredictionView(place.key, place.partition, prediction) };
  }

  /** All or, when one is not valid or the stream is behind, none of them. A key given twice keeps the later value. */
  async putAll(stream: string, json: unknown): Promise<RecordPlace[]> {
    const { fields, deployment } = await this.catalog.get(stream);
    const items = parseRecordItems(json, fields, this.limits);
    const places = items.map(([key]) => this.placeOf(key));
    if (items.length === 0) return places;
    this.backPressure.admit(deployment);
    await (await this.mapOf(stream)).setAllCompact(typeNameOf(stream), fields, items);
    return places;
  }

  async get(stream: string, key: string): Promise<StoredRecord> {
    await this.catalog.get(stream);
    const place = this.placeOf(key);
    const value = await (await this.mapOf(stream)).get(place.key);
    if (value === undefined) throw new RecordNotFoundError(stream, place.partition);
    return { ...place, value: withoutBigints(value) };
  }

  /** The same whether the record was there or not. */
  async delete(stream: string, key: string): Promise<void> {
    await this.catalog.get(stream);
    const { key: parsed } = this.placeOf(key);
    await (await this.mapOf(stream)).delete(parsed);
  }

  /** Refuses what cannot be written. `write` resolves with the Data of the value. */
  private async prepare(
    stream: string,
    key: string,
    json: unknown,
  ): Promise<{ place: RecordPlace; write: () => Promise<Buffer> }> {
    const { fields, deployment } = await this.catalog.get(stream);
    const place = this.placeOf(key);
    if (json === undefined) throw new BodyMalformedError('The body is missing; a record as JSON was expected.');
    const values = parseRecord(fields, json);
    const map = await this.mapOf(stream);
    const write = async (): Promise<Buffer> => {
      this.backPressure.admit(deployment);
      await map.setCompact(place.key, typeNameOf(stream), fields, values);
      return map.compactData(typeNameOf(stream), fields, values);
    };
    return { place, write };
  }

  private placeOf(key: string): RecordPlace {
    const parsed = parseRecordKey(key, this.limits.maxKeyBytes);
    return { key: parsed, partition: this.connection.session().grid.partitions.partitionOf(parsed) };
  }

  private mapOf(stream: string): Promise<RecordMap> {
    return this.connection.session().grid.recordMap(featureMapOf(stream));
  }
}

/** The Compact type of records that are written over HTTP. */
export function typeNameOf(stream: string): string {
  return `nearscore.features.${stream}`;
}

/** JSON has no integers of its own: past 2^53 an int64 is written as text rather than as another number. */
export function bigintAsJson(_name: string, part: unknown): unknown {
  if (typeof part !== 'bigint') return part;
  return Number.isSafeInteger(Number(part)) ? Number(part) : String(part);
}

function withoutBigints(value: RecordContent): RecordContent {
  return JSON.parse(JSON.stringify(value, bigintAsJson)) as RecordContent;
}
