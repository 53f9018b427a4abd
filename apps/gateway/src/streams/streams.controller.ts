import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Answer, Errors, schemaOf } from '../docs/answers';
import { EXAMPLES } from '../docs/examples';
import { parseDeploymentRequest } from './deployment-request';
import { StreamView } from './stream-view';
import { StreamsService } from './streams.service';

@ApiTags('streams')
@Controller('v1/streams')
export class StreamsController {
  constructor(private readonly streams: StreamsService) {}

  @Get()
  @ApiOperation({ summary: 'All streams' })
  @Answer(200, 'By name.', { streams: [EXAMPLES.streamView] })
  async list(): Promise<{ streams: StreamView[] }> {
    return { streams: await this.streams.list() };
  }

  @Get(':stream')
  @ApiOperation({ summary: 'One stream: deployment, counts, lag, rate, the fields of its records' })
  @ApiParam({ name: 'stream', example: EXAMPLES.stream })
  @Answer(200, 'Counts are of the maps, lag and rate of the last heartbeats of the nodes.', EXAMPLES.streamView)
  @Errors({ 404: 'STREAM_NOT_FOUND' })
  get(@Param('stream') stream: string): Promise<StreamView> {
    return this.streams.get(stream);
  }

  @Put(':stream')
  @ApiOperation({ summary: 'Deploy a model version to a stream, or change its settings' })
  @ApiParam({ name: 'stream', example: EXAMPLES.stream })
  @ApiBody({ schema: { ...schemaOf(EXAMPLES.deploymentRequest), example: EXAMPLES.deploymentRequest } })
  @Answer(
    200,
    'Deployed. The epoch rises when another version is live. What is left out stays as it is; without `model` and `version` ' +
      'only settings change.',
    EXAMPLES.streamView,
  )
  @Errors({
    404: 'MODEL_VERSION_NOT_FOUND. STREAM_NOT_FOUND: settings of a stream to which nothing is deployed.',
    409: 'FEATURE_MAP_SETTINGS: the named setting of the feature map could lose records. ROLLOUT_RUNNING. DEPLOYMENT_CONFLICT: try again.',
  })
  put(@Param('stream') stream: string, @Body() body: unknown): Promise<StreamView> {
    return this.streams.deploy(stream, parseDeploymentRequest(body));
  }
}
