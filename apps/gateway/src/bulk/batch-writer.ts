import { isDeepStrictEqual } from 'node:util';
import { type RecordMap } from '@nearscore/grid';
import { featureMapOf } from '@nearscore/registry';
import { type BackPressure } from '../back-pressure/back-pressure';
import { type GridConnection } from '../grid/grid-connection';
import { typeNameOf } from '../records/records.service';
import { type StreamCatalog, type StreamDefinition } from '../streams/stream-catalog';
import { StreamChangedError } from './bulk.errors';
import { type ImportBatch } from './import-lines';
import { patiently, type PatienceOptions } from './patience';

export interface BatchWriterParts {
  readonly connection: GridConnection;
  readonly catalog: StreamCatalog;
  readonly backPressure: Pick<BackPressure, 'admitPatient'>;
}

/**
 * Writes the batches of one import. It waits where the stream is behind or the grid is away: to write a record twice
 * does no harm.
 */
export class BatchWriter {
  private map: RecordMap | undefined;

  constructor(
    private readonly parts: BatchWriterParts,
    private readonly begun: StreamDefinition,
    private readonly patience: PatienceOptions,
  ) {}

  /**
   * Rejects when patience is over, with what it met last; StreamChangedError when the records would have to be checked
   * anew.
   */
  write(batch: ImportBatch): Promise<void> {
    return patiently(() => this.attempt(batch), this.patience);
  }

  private async attempt({ items }: ImportBatch): Promise<void> {
    const { connection, catalog, backPressure } = this.parts;
    const { fields, deployment } = this.begun;
    const { stream } = deployment;
    const now = await catalog.get(stream);
    if (now.fields !== fields && !isDeepStrictEqual(now.fields, fields)) throw new StreamChangedError(stream);
    this.map ??= await connection.session().grid.recordMap(featureMapOf(stream));
    backPressure.admitPatient(now.deployment);
    await this.map.setAllCompact(typeNameOf(stream), fields, items);
  }
}
