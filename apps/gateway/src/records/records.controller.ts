import { Readable } from 'node:stream';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiOperation, ApiParam, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ExportService } from '../bulk/export.service';
import { ImportSummary } from '../bulk/import-report';
import { ImportService } from '../bulk/import.service';
import { Answer, Errors, schemaOf } from '../docs/answers';
import { EXAMPLES } from '../docs/examples';
import { goneSignal } from '../http/gone-signal';
import { preferredType } from '../http/accept-header';
import { CSV, JSON_TYPE, NDJSON } from '../http/media-types';
import { RecordPlace, RecordsService, ScoredRecordPlace, StoredRecord } from './records.service';
import { MAX_WAIT_MS, parseWait } from './wait-parameter';

const NO_STREAM = 'STREAM_NOT_FOUND: no model is deployed to the stream.';
const WRITE_ERRORS = {
  404: NO_STREAM,
  429: 'STREAM_BEHIND: scoring is too far behind; nothing was written. `Retry-After` says when to come again.',
  503: 'GRID_UNAVAILABLE: nothing was written. WRITE_OUTCOME_UNKNOWN with `outcome: "unknown"`: write it again.',
};

@ApiTags('records')
@ApiParam({ name: 'stream', example: EXAMPLES.stream })
@Controller('v1/streams/:stream/records')
export class RecordsController {
  constructor(
    private readonly records: RecordsService,
    private readonly imports: ImportService,
    private readonly exports: ExportService,
  ) {}

  @Put(':key')
  @RouteConfig({ maxWaitMs: MAX_WAIT_MS })
  @ApiOperation({ summary: 'Write one record; its prediction appears under the same key' })
  @ApiParam({ name: 'key', example: EXAMPLES.key })
  @ApiQuery({
    name: 'wait',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: MAX_WAIT_MS },
    description: 'Milliseconds to wait for the prediction of this very write, or of a later one of its key.',
  })
  @ApiBody({ schema: { ...schemaOf(EXAMPLES.record), example: EXAMPLES.record } })
  @Answer(
    200,
    'Written: the owner of its partition and the backups have it. With `wait`: `prediction`, too.',
    EXAMPLES.place,
  )
  @Answer(202, 'Written, but with `wait` no prediction came in time; it still comes.', EXAMPLES.place)
  @Errors({
    ...WRITE_ERRORS,
    400: 'BAD_REQUEST: `wait` is no number of milliseconds.',
    422: 'RECORD_FORMAT_INVALID: names each field and what was expected.',
  })
  async put(
    @Param('stream') stream: string,
    @Param('key') key: string,
    @Body() record: unknown,
    @Query('wait') wait: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ScoredRecordPlace> {
    const waitMs = parseWait(wait);
    if (waitMs === undefined) return this.records.put(stream, key, record);
    const written = await this.records.putAndWait(stream, key, record, { waitMs, gone: goneSignal(reply) });
    if (written.prediction === undefined) reply.status(202);
    return written;
  }

  @Post()
  @HttpCode(200)
  @RouteConfig({ consumes: [JSON_TYPE, NDJSON, CSV] })
  @ApiOperation({
    summary: 'Write many records',
    description:
      'An array (application/json): one that is not valid refuses them all. One `{"key", "value"}` per line ' +
      '(application/x-ndjson) or rows under a header `key,<field>…` (text/csv): of any length, written while they come; ' +
      'faulty lines are told, the others go on. Accept application/x-ndjson tells how it goes.',
  })
  @ApiConsumes(JSON_TYPE, NDJSON, CSV)
  @ApiProduces(JSON_TYPE, NDJSON)
  @ApiQuery({
    name: 'skip',
    required: false,
    schema: { type: 'integer' },
    description: 'Lines, or rows, to pass over.',
  })
  @ApiBody({ schema: { ...schemaOf(EXAMPLES.items), example: EXAMPLES.items } })
  @Answer(200, 'All written. Of a key given twice the later value stays.', EXAMPLES.written)
  @Errors({
    ...WRITE_ERRORS,
    422: 'RECORDS_INVALID: every faulty item by index and field; none was written. CSV_HEADER_INVALID.',
  })
  async post(
    @Param('stream') stream: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<StreamableFile | ImportSummary | { written: number; records: RecordPlace[] }> {
    if (body instanceof Readable) {
      const answer = await this.imports.import(stream, request, body);
      return answer instanceof Readable ? new StreamableFile(answer, { type: NDJSON }) : answer;
    }
    const records = await this.records.putAll(stream, body);
    return { written: records.length, records };
  }

  @Get()
  @ApiOperation({ summary: 'Export all records, partition by partition (application/x-ndjson)' })
  @ApiQuery({ name: 'cursor', required: false, description: 'Of a line `partitionDone`: goes on behind it.' })
  @ApiProduces(NDJSON)
  @Answer(200, 'One record per line; a line `partitionDone` behind each partition, `done` or `aborted` at the end.')
  @Errors({ 400: 'CURSOR_INVALID', 404: NO_STREAM, 429: 'TOO_MANY_BULK_REQUESTS, with Retry-After.' })
  async list(
    @Param('stream') stream: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    preferredType(request.headers.accept, [NDJSON]);
    await this.exports.records(stream, request, reply);
  }

  @Get(':key')
  @ApiOperation({ summary: 'Read a record, in whatever format it was written' })
  @ApiParam({ name: 'key', example: EXAMPLES.key })
  @Answer(200, 'The fields by name; an array for a record written as float[] or double[].', EXAMPLES.stored)
  @Errors({ 404: `${NO_STREAM} RECORD_NOT_FOUND: nothing under this key.` })
  get(@Param('stream') stream: string, @Param('key') key: string): Promise<StoredRecord> {
    return this.records.get(stream, key);
  }

  @Delete(':key')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a record; its prediction goes with it' })
  @ApiParam({ name: 'key', example: EXAMPLES.key })
  @Answer(204, 'Removed, or was not there.')
  @Errors({ 404: WRITE_ERRORS[404], 503: WRITE_ERRORS[503] })
  async delete(@Param('stream') stream: string, @Param('key') key: string): Promise<void> {
    await this.records.delete(stream, key);
  }
}
