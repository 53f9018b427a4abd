import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { type GatewayConfig } from '@nearscore/config';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answer, Errors } from '../docs/answers';
import { EXAMPLES } from '../docs/examples';
import { EVENT_STREAM, listenerConnection } from '../feed/listener-connection';
import { parseListenRequest } from '../feed/listen-request';
import { PredictionFeeds } from '../feed/prediction-feeds';
import { GATEWAY_CONFIG } from '../gateway.tokens';
import { preferredType } from '../http/accept-header';
import { NotAcceptableError } from '../http/http.errors';
import { NDJSON } from '../http/media-types';
import { type PredictionView } from './prediction-view';
import { PredictionsService } from './predictions.service';

@ApiTags('predictions')
@Controller('v1/streams/:stream/predictions')
export class PredictionsController {
  constructor(
    private readonly predictions: PredictionsService,
    private readonly feeds: PredictionFeeds,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** Both kinds of answer are written by their service, as they come. */
  @Get()
  @RouteConfig({ repeatable: ['label'] })
  @ApiOperation({ summary: 'Listen to predictions (text/event-stream), or export them (application/x-ndjson)' })
  @ApiParam({ name: 'stream', example: EXAMPLES.stream })
  async list(
    @Param('stream') stream: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const type = preferredType(request.headers.accept, [EVENT_STREAM, NDJSON]);
    if (type === NDJSON) throw new NotAcceptableError([EVENT_STREAM]);
    await this.listen(stream, request, reply);
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

  private async listen(stream: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const lastEventId = request.headers['last-event-id'];
    const wanted = parseListenRequest(request.query as Record<string, unknown>, [lastEventId].flat()[0]);
    const connection = listenerConnection(request, reply, this.config.limits.maxListenerBytes);
    await this.feeds.listen(stream, wanted, connection);
  }
}
