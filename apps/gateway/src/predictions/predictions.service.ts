import { PredictionRecord } from '@nearscore/records';
import { featureMapOf, predictionMapOf } from '@nearscore/registry';
import { type GridConnection } from '../grid/grid-connection';
import { parseRecordKey } from '../records/record-key';
import { type StreamCatalog } from '../streams/stream-catalog';
import { PredictionNotFoundError } from './prediction.errors';
import { type PredictionView, toPredictionView } from './prediction-view';

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
    return toPredictionView(key, partition, prediction);
  }

  private async notFound(stream: string, key: string, partition: number): Promise<PredictionNotFoundError> {
    const records = await this.connection.session().grid.recordMap(featureMapOf(stream));
    const record = await records.get(key);
    return new PredictionNotFoundError(stream, partition, record === undefined ? 'absent' : 'present');
  }
}
