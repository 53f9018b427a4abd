import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ExportService } from '../bulk/export.service';
import { Answer, Errors } from '../docs/answers';
import { EXAMPLES } from '../docs/examples';
import { ListenDocs } from '../feed/listen.docs';
import { EVENT_STREAM, ListenService } from '../feed/listen.service';
import { preferredType } from '../http/accept-header';
import { NDJSON } from '../http/media-types';
import { type PredictionView } from './prediction-view';
import { PredictionsService } from './predictions.service';

@ApiTags('predictions')
@Controller('v1/streams/:stream/predictions')
export class PredictionsController {
  constructor(
    private readonly predictions: PredictionsService,
    private readonly listening: ListenService,
    private readonly exports: ExportService,
  ) {}

  /** Both kinds of answer are written by their service, as they come. */
  @Get()
  @RouteConfig({ repeatable: ['label'] })
  @ApiOperation({ summary: 'Listen to predictions (text/event-stream), or export them (application/x-ndjson)' })
  @ListenDocs()
  @ApiParam({ name: 'stream', example: EXAMPLES.stream })
  async list(
    @Param('stream') stream: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const type = preferredType(request.headers.accept, [EVENT_STREAM, NDJSON]);
    if (type === NDJSON) await this.exports.predictions(stream, request, reply);
    else await this.listening.listen(stream, request, reply);
  }

  @Get(':key')
  @ApiOperation({ summary: 'Read the prediction of a record' })
  @ApiParam({ name: 'stream', example: EXAMPLES.stream })
  @ApiParam({ name: 'key', example: EXAMPLES.key })
  @Answer(200, '`sourceSequence` tells which write of the record was scored.', EXAMPLES.prediction)
  @Errors({
    404: 'PREDICTION_NOT_FOUND: `details.record` tells whether the record is there, so that it may still come.',
  })
  get(@Param('stream') stream: string, @Param('key') key: string): Promise<PredictionView> {
    return this.predictions.get(stream, key);
  }
}
