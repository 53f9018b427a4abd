import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { type GatewayConfig } from '@nearscore/config';
import { ApiOperation, ApiParam, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Answer, Errors } from '../docs/answers';
import { EXAMPLES } from '../docs/examples';
import { GATEWAY_CONFIG } from '../gateway.tokens';
import { preferredType } from '../http/accept-header';
import { JSON_TYPE, NDJSON } from '../http/media-types';
import { keyDataOf } from './dead-letter-key';
import { parseDeadLetterQuery, type QueryParameters } from './dead-letter-query';
import { type DeadLetterView } from './dead-letter-view';
import { type DeadLetterPage, DeadLettersService } from './dead-letters.service';
import { type ReplayProgress } from './replay-run';

const STATE = { name: 'state', required: false, description: 'retrying or dead; default: both.' };
const REASON = { name: 'reason', required: false, description: 'A code, such as MODEL_RUN_FAILED.' };
const CURSOR = { name: 'cursor', required: false, description: 'Of the answer to go on behind.' };
const LIMIT = { name: 'limit', required: false, description: '1 to 1000; default: 100.' };
const KEY_ENCODING = {
  name: 'keyEncoding',
  required: false,
  description: '`data`: the key is the base64url of `keyData`, for keys that are no text.',
};

@ApiTags('dead letters')
@Controller('v1/streams/:stream/dead-letters')
@ApiParam({ name: 'stream', example: EXAMPLES.stream })
export class DeadLettersController {
  constructor(
    private readonly deadLetters: DeadLettersService,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Records that could not be scored: those that are tried again, and dead letters' })
  @ApiQuery(STATE)
  @ApiQuery(REASON)
  @ApiQuery(LIMIT)
  @ApiQuery(CURSOR)
  @Answer(200, 'A page. `cursor` is null with the last one.', { deadLetters: [EXAMPLES.deadLetter], cursor: null })
  @Errors({ 400: 'DEAD_LETTER_QUERY_INVALID', 404: 'STREAM_NOT_FOUND' })
  list(@Param('stream') stream: string, @Query() query: QueryParameters): Promise<DeadLetterPage> {
    return this.deadLetters.list(parseDeadLetterQuery(stream, query));
  }

  @Get(':key')
  @ApiOperation({ summary: 'One of them' })
  @ApiParam({ name: 'key', example: EXAMPLES.key })
  @ApiQuery(KEY_ENCODING)
  @Answer(200, 'Why it could not be scored, how often it was tried, and when it will be again.', EXAMPLES.deadLetter)
  @Errors({ 404: 'DEAD_LETTER_NOT_FOUND: also when the record has been scored since.' })
  get(
    @Param('stream') stream: string,
    @Param('key') key: string,
    @Query('keyEncoding') encoding: unknown,
  ): Promise<DeadLetterView> {
    return this.deadLetters.get(stream, this.keyData(key, encoding));
  }

  @Post('replay')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Try all of them again, or those that fit',
    description: 'Accept application/x-ndjson goes on until all are through, and tells how it goes.',
  })
  @ApiQuery(STATE)
  @ApiQuery(REASON)
  @ApiQuery(CURSOR)
  @ApiProduces(JSON_TYPE, NDJSON)
  @Answer(
    200,
    'So many were found, and so many are tried again. `cursor` is null when all were looked at; else call again with it.',
    { matched: 12, requeued: 12, cursor: null },
  )
  @Errors({
    400: 'DEAD_LETTER_QUERY_INVALID',
    404: 'STREAM_NOT_FOUND',
    429: 'TOO_MANY_BULK_REQUESTS, with Retry-After; only with lines.',
  })
  async replayAll(
    @Param('stream') stream: string,
    @Query() query: QueryParameters,
    @Req() request: FastifyRequest,
  ): Promise<ReplayProgress | StreamableFile> {
    const filter = parseDeadLetterQuery(stream, query);
    const form = preferredType(request.headers.accept, [JSON_TYPE, NDJSON]);
    if (form === JSON_TYPE) return this.deadLetters.replayAll(filter);
    return new StreamableFile(await this.deadLetters.replayLines(filter, request), { type: NDJSON });
  }

  @Post(':key/replay')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try one of them again at once' })
  @ApiParam({ name: 'key', example: EXAMPLES.key })
  @ApiQuery(KEY_ENCODING)
  @Answer(200, 'Its lane is asked. It is gone from here when it could be scored.', EXAMPLES.deadLetter)
  @Errors({ 404: 'DEAD_LETTER_NOT_FOUND' })
  replay(
    @Param('stream') stream: string,
    @Param('key') key: string,
    @Query('keyEncoding') encoding: unknown,
  ): Promise<DeadLetterView> {
    return this.deadLetters.replay(stream, this.keyData(key, encoding));
  }

  @Delete(':key')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget one of them' })
  @ApiParam({ name: 'key', example: EXAMPLES.key })
  @ApiQuery(KEY_ENCODING)
  @Answer(204, 'Forgotten: its record stays without a prediction until it is written again.')
  @Errors({ 404: 'DEAD_LETTER_NOT_FOUND' })
  delete(
    @Param('stream') stream: string,
    @Param('key') key: string,
    @Query('keyEncoding') encoding: unknown,
  ): Promise<void> {
    return this.deadLetters.delete(stream, this.keyData(key, encoding));
  }

  private keyData(key: string, encoding: unknown): string {
    return keyDataOf(key, encoding, this.config.limits.maxKeyBytes);
  }
}
