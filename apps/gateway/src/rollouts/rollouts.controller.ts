import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answer, Errors, schemaOf } from '../docs/answers';
import { EXAMPLES } from '../docs/examples';
import { EVENT_STREAM } from '../feed/listen.service';
import { preferredType } from '../http/accept-header';
import { BadRequestError } from '../http/http.errors';
import { JSON_TYPE } from '../http/media-types';
import { parseWholeNumber } from '../http/whole-number';
import { parseUser, USER_HEADER } from '../models/admitting-user';
import { RolloutProgress } from './rollout-progress';
import { parseRolloutRequest } from './rollout-request';
import { type RolloutView } from './rollout-view';
import { RolloutsService } from './rollouts.service';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const USER = { name: USER_HEADER, required: false, description: 'Who asks; kept as it is said.' };
const ID = { name: 'id', example: EXAMPLES.rollout.id };
const NOT_NOW = 'QUEUE_DOWN: Redis cannot be reached. NO_NODES: no inference node serves.';

@ApiTags('rollouts')
@Controller('v1/rollouts')
export class RolloutsController {
  constructor(
    private readonly rollouts: RolloutsService,
    private readonly progress: RolloutProgress,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Bring a version to a stream: at once, by steps, beside the live one, or in its shadow' })
  @ApiQuery({ name: 'rescore', required: false, description: 'true: what older versions have scored is scored again.' })
  @ApiHeader(USER)
  @ApiBody({ schema: { ...schemaOf(EXAMPLES.rolloutRequest), example: EXAMPLES.rolloutRequest } })
  @Answer(202, 'Begun: nodes prepare the version. Nothing has changed yet.', EXAMPLES.rollout)
  @Errors({
    404: 'MODEL_VERSION_NOT_FOUND. STREAM_NOT_FOUND: a first version needs its model named, and goes all at once.',
    409: 'ROLLOUT_RUNNING: the stream has one under way. FEATURE_MAP_SETTINGS. ROLLOUT_CONFLICT: try again.',
    503: NOT_NOW,
  })
  begin(
    @Body() body: unknown,
    @Query('rescore') rescore: unknown,
    @Headers(USER_HEADER) user: string | undefined,
  ): Promise<RolloutView> {
    return this.rollouts.begin(parseRolloutRequest(body, rescore), parseUser(user));
  }

  @Get()
  @ApiOperation({ summary: 'Rollouts, newest first: all that are under way, and the last 20 of each stream' })
  @ApiQuery({ name: 'stream', required: false, description: 'Only those of this stream.' })
  @ApiQuery({ name: 'limit', required: false, description: `1 to ${MAX_LIMIT}; default: ${DEFAULT_LIMIT}.` })
  @Answer(200, 'Newest first.', { rollouts: [EXAMPLES.rollout] })
  async list(@Query('stream') stream?: string, @Query('limit') limit?: unknown): Promise<{ rollouts: RolloutView[] }> {
    return { rollouts: await this.rollouts.list(stream, parseLimit(limit)) };
  }

  /** Both kinds of answer are written here: one of them has no end of its own. */
  @Get(':id')
  @ApiOperation({ summary: 'One rollout; as text/event-stream its progress until it ends' })
  @ApiParam(ID)
  @ApiProduces(JSON_TYPE, EVENT_STREAM)
  @Answer(200, 'As it is. Or events: `progress` with each change, `end`.', EXAMPLES.rollout)
  @Errors({ 404: 'ROLLOUT_NOT_FOUND', 406: 'NOT_ACCEPTABLE', 503: 'TOO_MANY_LISTENERS, with Retry-After.' })
  async get(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const type = preferredType(request.headers.accept, [JSON_TYPE, EVENT_STREAM]);
    const view = await this.rollouts.get(id);
    if (type === JSON_TYPE || request.method === 'HEAD') await reply.type(type).send(view);
    else this.progress.follow(view, request, reply);
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'End a rollout: aborted before anything was deployed, rolled back after' })
  @ApiParam(ID)
  @Answer(202, 'As it is now.', EXAMPLES.rollout)
  @Errors({ 404: 'ROLLOUT_NOT_FOUND', 409: 'ROLLOUT_STATE: it has ended.' })
  cancel(@Param('id') id: string): Promise<RolloutView> {
    return this.rollouts.cancel(id);
  }

  @Post(':id/promote')
  @HttpCode(202)
  @ApiOperation({ summary: 'Go live now, from a step that is held' })
  @ApiParam(ID)
  @Answer(202, 'As it is now.', EXAMPLES.rollout)
  @Errors({ 404: 'ROLLOUT_NOT_FOUND', 409: 'ROLLOUT_STATE: no step is held.' })
  promote(@Param('id') id: string): Promise<RolloutView> {
    return this.rollouts.promote(id);
  }

  @Post(':id/rollback')
  @HttpCode(202)
  @ApiOperation({ summary: 'Bring back what was live before a completed rollout, as a rollout of its own' })
  @ApiParam(ID)
  @ApiHeader(USER)
  @Answer(202, 'Begun.', { ...EXAMPLES.rollout, id: 'phishing.2', kind: 'rollback' })
  @Errors({
    404: 'ROLLOUT_NOT_FOUND. MODEL_VERSION_NOT_FOUND',
    409: "ROLLOUT_STATE: not completed, not the stream's newest, or nothing was live before. ROLLOUT_RUNNING",
    503: NOT_NOW,
  })
  rollBack(@Param('id') id: string, @Headers(USER_HEADER) user: string | undefined): Promise<RolloutView> {
    return this.rollouts.rollBack(id, parseUser(user));
  }
}

function parseLimit(value: unknown): number {
  if (value === undefined) return DEFAULT_LIMIT;
  const limit = parseWholeNumber(value, MAX_LIMIT);
  if (limit === undefined) {
    throw new BadRequestError(`limit: expected a whole number from 1 to ${MAX_LIMIT}.`, { parameter: 'limit' });
  }
  return limit;
}
