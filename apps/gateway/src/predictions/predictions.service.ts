import { type Prediction, PredictionRecord } from '@nearscore/records';
import { featureMapOf, predictionMapOf } from '@nearscore/registry';
import { type GridConnection } from '../grid/grid-connection';
import { parseRecordKey } from '../records/record-key';
import { type StreamCatalog } from '../streams/stream-catalog';
import { PredictionNotFoundError } from './prediction.errors';

/** A prediction on the wire. */
export interface PredictionView extends Omit<Prediction, 'fingerprint' | 'scoredAt'> {
  readonly key: string;
  readonly partition: number;
  /** ISO 8601 */
  readonly scoredAt: string;
}

export class PredictionsService {
  constructor(
    private readonly connection: GridConnection,
    private readonly catalog: StreamCatalog,
    private readonly maxKeyBytes: number,
  ) {}

  async get(stream: string, rawKey: string): Promise<PredictionView> {
    await this.catalog.get(stream);
    const key = parseRecordKey(rawKey, this.maxKeyBytes);
    const { grid } = this.connection.session();
    const partition = grid.partitions.partitionOf(key);
    const predictions = await grid.objectMap<PredictionRecord>(predictionMapOf(stream));
    const prediction = await predictions.get(key);
    if (prediction === undefined) throw await this.notFound(stream, key, partition);
    return toView(key, partition, prediction);
  }

  private async notFound(stream: string, key: string, partition: number): Promise<PredictionNotFoundError> {
    const records = await this.connection.session().grid.recordMap(featureMapOf(stream));
    const record = await records.get(key);
    return new PredictionNotFoundError(stream, partition, record === undefined ? 'absent' : 'present');
  }
}

function toView(key: string, partition: number, prediction: Prediction): PredictionView {
  const { score, label, scores, model, version, epoch, sourceSequence, scoredAt } = prediction;
  return {
    ...{ key, score, label, scores: [...scores], model, version, epoch },
    ...{ sourceSequence, partition, scoredAt: new Date(scoredAt).toISOString() },
  };
}
