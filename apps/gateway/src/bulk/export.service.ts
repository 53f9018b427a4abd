import { type GatewayLimits } from '@nearscore/config';
import { type NearscoreError } from '@nearscore/errors';
import { featureMapOf, predictionMapOf } from '@nearscore/registry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { stampOf } from '../feed/grid-stamp';
import { type GridConnection } from '../grid/grid-connection';
import { NDJSON } from '../http/media-types';
import { noteError } from '../http/request-log';
import { type StreamCatalog } from '../streams/stream-catalog';
import { answerLines } from './answer-lines';
import { decodeCursor, type ExportPosition } from './export-cursor';
import { ExportRun } from './export-run';
import { type ExportSource, predictionSource, recordSource } from './export-source';
import { LongRequest, type LongRequestParts } from './long-request';

export interface ExportParts extends LongRequestParts {
  readonly connection: GridConnection;
  readonly catalog: StreamCatalog;
  readonly limits: GatewayLimits;
}

/** All entries of a stream's maps as NDJSON, partition by partition. */
export class ExportService {
  constructor(private readonly parts: ExportParts) {}

  /** Sends the records. Rejects with what refuses the export as a whole; later trouble is told in its last line. */
  async records(stream: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.parts.catalog.get(stream);
    const map = featureMapOf(stream);
    await this.send(recordSource(map, await this.parts.connection.session().grid.recordMap(map)), request, reply);
  }

  /** Sends the predictions. Its end tells the event id from which a listener misses nothing. */
  async predictions(stream: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.parts.catalog.get(stream);
    await this.send(predictionSource(predictionMapOf(stream)), request, reply);
  }

  private async send(source: ExportSource, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { connection, limits } = this.parts;
    const access = await connection.session().access();
    const partitions = access.ownersByPartition.length;
    const { cursor } = request.query as Record<string, string | undefined>;
    const { cluster, owners } = stampOf(access);
    const start: ExportPosition =
      cursor === undefined
        ? { cluster, owners, positions: [] }
        : decodeCursor(cursor, { map: source.map, cluster, partitions });
    reply.type(NDJSON);
    if (request.method === 'HEAD') return void reply.send();
    const long = new LongRequest(request, this.parts);
    const onAborted = (error: NearscoreError): void => noteError(request, error);
    const patience = { patienceMs: limits.bulkPatienceMs, signal: long.ending.signal };
    const run = new ExportRun({ reader: access.reader, source, partitions, start, ...patience, onAborted });
    void reply.send(answerLines(run.lines(), { request, long, readTimeoutMs: limits.requestTimeoutMs }));
  }
}
