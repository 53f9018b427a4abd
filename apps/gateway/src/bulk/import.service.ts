import { Readable } from 'node:stream';
import { type GatewayLimits } from '@nearscore/config';
import type { FastifyRequest } from 'fastify';
import { preferredType } from '../http/accept-header';
import { BadRequestError } from '../http/http.errors';
import { CSV, JSON_TYPE, mediaTypeOf, NDJSON } from '../http/media-types';
import { noteError } from '../http/request-log';
import { type StreamDefinition } from '../streams/stream-catalog';
import { BatchWriter, type BatchWriterParts } from './batch-writer';
import { BodyChunks } from './body-chunks';
import { CsvReader } from './csv-reader';
import { type ImportReport, type ImportSummary, LiveReport, SummaryReport } from './import-report';
import { ImportRun } from './import-run';
import { LongRequest, type LongRequestParts } from './long-request';
import { NdjsonReader } from './ndjson-reader';

export interface ImportParts extends BatchWriterParts, LongRequestParts {
  readonly limits: GatewayLimits;
}

interface ImportRequest {
  readonly request: FastifyRequest;
  readonly body: Readable;
  readonly definition: StreamDefinition;
  readonly skip: number;
  readonly report: ImportReport;
  readonly ending: AbortController;
}

/** A body of any length, as NDJSON or CSV, written to a stream while it comes. */
export class ImportService {
  constructor(private readonly parts: ImportParts) {}

  /**
   * Resolves with lines that tell how it goes (NDJSON) when the client prefers them, and with the summary at the end
   * otherwise. Rejects with what refuses the import as a whole and, without lines, with ImportAbortedError.
   */
  async import(stream: string, request: FastifyRequest, body: Readable): Promise<Readable | ImportSummary> {
    const skip = parseSkip(request.query as Record<string, unknown>);
    const form = preferredType(request.headers.accept, [JSON_TYPE, NDJSON]);
    const definition = await this.parts.catalog.get(stream);
    const long = new LongRequest(request, this.parts);
    const { ending } = long;
    const report = form === NDJSON ? new LiveReport(this.parts.limits.requestTimeoutMs) : new SummaryReport();
    try {
      const run = this.createRun({ request, body, definition, skip, report, ending });
      await run.begin();
      const running = run.run().finally(() => long.over());
      if (report instanceof SummaryReport) await running;
    } catch (error) {
      long.over();
      throw error;
    }
    return report instanceof LiveReport ? report.stream : report.summary;
  }

  private createRun({ request, body, definition, skip, report, ending }: ImportRequest): ImportRun {
    const { limits } = this.parts;
    const Reader = mediaTypeOf(request) === CSV ? CsvReader : NdjsonReader;
    const patience = { patienceMs: limits.bulkPatienceMs, signal: ending.signal };
    const writer = new BatchWriter(this.parts, definition, patience);
    return new ImportRun({
      body: new BodyChunks(body, limits.requestTimeoutMs),
      createReader: (sink) => new Reader(definition.fields, limits, sink),
      write: (batch) => writer.write(batch),
      onAborted: (error) => noteError(request, error),
      ...{ report, skip, ending },
    });
  }
}

function parseSkip({ skip = '0' }: Record<string, unknown>): number {
  if (typeof skip === 'string' && /^\d{1,15}$/.test(skip)) return Number(skip);
  throw new BadRequestError('skip is a number of lines.', { parameter: 'skip' });
}
