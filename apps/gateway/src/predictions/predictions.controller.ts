import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answer, Errors } from '../docs/answers';
import { EXAMPLES } from '../docs/examples';
import { preferredType } from '../http/accept-header';
import { NotAcceptableError } from '../http/http.errors';
import { NDJSON } from '../http/media-types';
import { type PredictionView } from './prediction-view';
import { PredictionsService } from './predictions.service';

const EVENT_STREAM = 'text/event-stream';

@ApiTags('predictions')
@Controller('v1/streams/:stream/predictions')
export class PredictionsController {
  constructor(private readonly predictions: PredictionsService) {}

  /** Both kinds of answer are written by their service, as they come. */
  @Get()
  @ApiOperation({ summary: 'Listen to predictions (text/event-stream), or export them (application/x-ndjson)' })
  @ApiParam({ name: 'stream', example: EXAMPLES.stream })
  async list(
    @Param('stream') _stream: string,
    @Req() request: FastifyRequest,
    @Res() _reply: FastifyReply,
  ): Promise<void> {
    const type = preferredType(request.headers.accept, [EVENT_STREAM, NDJSON]);
    throw new NotAcceptableError([type]);
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
