import { type ExportOptions } from '../bulk/export.options';
import { type ImportOptions, type ImportSummary } from '../bulk/import.options';
import { MapExport } from '../bulk/map-export';
import { RecordImport, type RecordSource } from '../bulk/record-import';
import { PredictionPendingError } from '../client.errors';
import { type CallOptions } from '../client.options';
import { type FeedOptions } from '../feed/feed.options';
import { PredictionFeed } from '../feed/prediction-feed';
import { type HttpCaller, type JsonCall } from '../http/http-caller';
import { type ExportedPrediction, type ListenedPrediction, type Prediction, type PredictionChange } from './prediction';
import { type ExportedRecord, type JsonRecord, type RecordPlace, type StoredRecord } from './record';
import { pathOfKey } from './record-key';
import { type StreamView } from './stream-view';

export interface PredictOptions extends CallOptions {
  /** How long the prediction is waited for: 1 to 30,000. Default 5,000. */
  readonly waitMs?: number;
}

const DEFAULT_WAIT_MS = 5_000;
const MAX_WAIT_MS = 30_000;

/**
 * One stream: records in, predictions out. `TRecord` and `TLabel` are what its model declares; the gateway checks every
 * record, the types only help.
 */
export class NearscoreStream<TRecord extends object = JsonRecord, TLabel extends string = string> {
  private readonly path: string;

  constructor(
    private readonly caller: HttpCaller,
    readonly name: string,
  ) {
    this.path = `/v1/streams/${pathOfKey(name)}`;
  }

  /**
   * Resolves when the owner of the record's partition and the backups have it. Text is a record as JSON has it, and sent
   * as it is: numbers keep all their digits.
   */
  async put(key: string, record: TRecord | string, options: CallOptions = {}): Promise<RecordPlace> {
    return (await this.putJson(key, record, options)).body as RecordPlace;
  }

  /**
   * Writes, and waits for the prediction of this very write or of a later one of the same key. Throws
   * PredictionPendingError when it does not come in time: the record is written all the same.
   */
  async predict(key: string, record: TRecord | string, options: PredictOptions = {}): Promise<Prediction<TLabel>> {
    const { waitMs = DEFAULT_WAIT_MS, signal } = options;
    if (!(waitMs >= 1 && waitMs <= MAX_WAIT_MS)) throw new RangeError(`waitMs is 1 to ${MAX_WAIT_MS}, not ${waitMs}.`);
    const waiting = { query: { wait: Math.ceil(waitMs) }, extraTimeoutMs: waitMs };
    const { status, body } = await this.putJson(key, record, { ...waiting, signal });
    const { partition, prediction } = body as RecordPlace & { prediction?: Prediction<TLabel> };
    if (status === 202 || prediction === undefined) throw new PredictionPendingError(key, partition, waitMs);
    return prediction;
  }

  /**
   * Writes a source of any length, in its order, no faster than the gateway takes it. A record that is not valid is
   * told (`onFailure`, `failures`), and the others go on. A broken connection is mended without reading the source
   * again. Throws ImportAbortedError, which tells where to go on, or what the source throws.
   */
  async putMany(records: RecordSource<TRecord>, options: ImportOptions = {}): Promise<ImportSummary> {
    return new RecordImport(this.caller, `${this.path}/records`, options).run(records);
  }

  /** undefined: there is none under this key. */
  async get(key: string, options: CallOptions = {}): Promise<StoredRecord<TRecord> | undefined> {
    const call = this.at('GET', 'records', key, options);
    return (await this.caller.json({ ...call, absentCodes: ['RECORD_NOT_FOUND'] })).body as StoredRecord<TRecord>;
  }

  /** Removes a record, and its prediction with it; the same whether it was there or not. */
  async delete(key: string, options: CallOptions = {}): Promise<void> {
    await this.caller.json(this.at('DELETE', 'records', key, options));
  }

  /** undefined: there is no record under this key, or it is not scored yet. It may be that of an older write. */
  async prediction(key: string, options: CallOptions = {}): Promise<Prediction<TLabel> | undefined> {
    const call = this.at('GET', 'predictions', key, options);
    return (await this.caller.json({ ...call, absentCodes: ['PREDICTION_NOT_FOUND'] })).body as Prediction<TLabel>;
  }

  /**
   * Predictions as they are stored: at least once, in order per key, over as many connections as it takes. Begins with
   * the first `next()`; ends with `break` or the signal.
   */
  async *predictions(options: FeedOptions<TLabel> = {}): AsyncGenerator<ListenedPrediction<TLabel>, void, undefined> {
    for await (const { type, ...told } of this.changes(options)) {
      if (type === 'prediction') yield told as ListenedPrediction<TLabel>;
    }
  }

  /** The same with removals: what a mirror of the predictions needs. */
  changes(options: FeedOptions<TLabel> = {}): AsyncGenerator<PredictionChange<TLabel>, void, undefined> {
    return new PredictionFeed<TLabel>(this.caller, `${this.path}/predictions`, options).changes();
  }

  /** All records, partition by partition. After a broken connection, those of one partition may be given again. */
  exportRecords(options: ExportOptions = {}): AsyncGenerator<ExportedRecord<TRecord>, void, undefined> {
    return new MapExport<ExportedRecord<TRecord>>(this.caller, `${this.path}/records`, options).entries();
  }

  /** All predictions, likewise. */
  exportPredictions(options: ExportOptions = {}): AsyncGenerator<ExportedPrediction<TLabel>, void, undefined> {
    return new MapExport<ExportedPrediction<TLabel>>(this.caller, `${this.path}/predictions`, options).entries();
  }

  /** Its deployment, counts, lag, and the fields of its records. */
  async describe({ signal }: CallOptions = {}): Promise<StreamView> {
    return (await this.caller.json({ method: 'GET', path: this.path, signal })).body as StreamView;
  }

  private putJson(key: string, record: TRecord | string, call: CallOptions & Partial<JsonCall>) {
    const body = typeof record === 'string' ? record : JSON.stringify(record);
    const json = { headers: { 'content-type': 'application/json' }, body };
    return this.caller.json({ ...call, ...this.at('PUT', 'records', key, call), ...json });
  }

  private at(method: 'GET' | 'PUT' | 'DELETE', map: 'records' | 'predictions', key: string, { signal }: CallOptions) {
    return { method, path: `${this.path}/${map}/${pathOfKey(key)}`, signal };
  }
}
