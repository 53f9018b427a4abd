import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Answer, Errors } from '../docs/answers';
import { EXAMPLES } from '../docs/examples';
import { type PredictionView } from './prediction-view';
import { PredictionsService } from './predictions.service';

@ApiTags('predictions')
@Controller('v1/streams/:stream/predictions')
export class PredictionsController {
  constructor(private readonly predictions: PredictionsService) {}

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
