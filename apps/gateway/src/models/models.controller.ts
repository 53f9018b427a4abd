import { Controller, Delete, Get, Headers, HttpCode, Inject, Param, Put, Req } from '@nestjs/common';
import { GatewayConfig } from '@nearscore/config';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Answer, Errors } from '../docs/answers';
import { EXAMPLES } from '../docs/examples';
import { GATEWAY_CONFIG } from '../gateway.tokens';
import { MULTIPART } from '../http/media-types';
import { type ModelUpload, readModelUpload } from './model-upload';
import { ModelSummary, ModelVersionView } from './model-view';
import { parseUser, USER_HEADER } from './admitting-user';
import { parseVersion } from './model-version-number';
import { ModelsService } from './models.service';
import { UploadSlots } from './upload-slots';

const UPLOAD_SCHEMA = {
  type: 'object',
  required: ['model', 'config'],
  properties: {
    model: { type: 'string', format: 'binary', description: 'The ONNX file.' },
    config: { type: 'string', description: 'model.json; what the graph tells by itself may be left out.' },
    golden: { type: 'string', description: 'golden.json: records whose right answer is known.' },
    sha256: { type: 'string', description: 'What the sha256 of the ONNX file must be, in hexadecimal.' },
  },
  example: { config: JSON.stringify(EXAMPLES.config) },
};

@ApiTags('models')
@Controller('v1/models')
export class ModelsController {
  constructor(
    private readonly models: ModelsService,
    private readonly slots: UploadSlots,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Put(':model/versions/:version')
  @HttpCode(200)
  @RouteConfig({ consumes: MULTIPART })
  @ApiOperation({ summary: 'Admit a version of a model; it never changes afterwards' })
  @ApiParam({ name: 'model', example: 'phishing' })
  @ApiParam({ name: 'version', example: 1, type: 'integer' })
  @ApiConsumes(MULTIPART)
  @ApiHeader({ name: USER_HEADER, required: false, description: 'Who admits it; kept as it is said.' })
  @ApiBody({ schema: UPLOAD_SCHEMA })
  @Answer(200, 'Admitted, now or before with the same content.', EXAMPLES.modelVersion)
  @Errors({
    409: 'MODEL_VERSION_EXISTS: the version exists with another content.',
    413: 'MODEL_TOO_LARGE',
    422:
      'MODEL_REFUSED: details.reason and where. MODEL_CONFIG_INVALID: model.json, or what it says of the graph. ' +
      'GOLDEN_ROWS_INVALID: golden.json.',
    429: 'TOO_MANY_UPLOADS, with Retry-After.',
  })
  put(
    @Param('model') model: string,
    @Param('version') version: string,
    @Headers(USER_HEADER) user: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<ModelVersionView> {
    const number = parseVersion(version);
    const by = parseUser(user);
    return this.slots.use(async () => this.models.put(model, number, await this.receive(request), by));
  }

  @Get()
  @ApiOperation({ summary: 'All models' })
  @Answer(200, 'By name, with their versions, and what they are to which stream.', EXAMPLES.models)
  async list(): Promise<{ models: ModelSummary[] }> {
    return { models: await this.models.summaries() };
  }

  @Get(':model')
  @ApiOperation({ summary: 'All versions of a model' })
  @ApiParam({ name: 'model', example: 'phishing' })
  @Answer(200, 'Ascending by version.', { model: 'phishing', versions: [EXAMPLES.modelVersion] })
  @Errors({ 404: 'MODEL_NOT_FOUND' })
  async get(@Param('model') model: string): Promise<{ model: string; versions: ModelVersionView[] }> {
    return { model, versions: await this.models.versions(model) };
  }

  @Get(':model/versions/:version')
  @ApiOperation({ summary: 'One version of a model' })
  @ApiParam({ name: 'model', example: 'phishing' })
  @ApiParam({ name: 'version', example: 1, type: 'integer' })
  @Answer(200, 'Its signature, and its model.json with everything filled in.', EXAMPLES.modelVersion)
  @Errors({ 404: 'MODEL_VERSION_NOT_FOUND' })
  version(@Param('model') model: string, @Param('version') version: string): Promise<ModelVersionView> {
    return this.models.version(model, parseVersion(version));
  }

  @Delete(':model/versions/:version')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a version that no stream needs, and give its memory back' })
  @ApiParam({ name: 'model', example: 'phishing' })
  @ApiParam({ name: 'version', example: 3, type: 'integer' })
  @Answer(204, 'Removed. Its number may be used anew.')
  @Errors({
    404: 'MODEL_VERSION_NOT_FOUND',
    409: 'MODEL_VERSION_IN_USE: it is live, candidate or previous of a stream, or a rollout under way names it.',
  })
  delete(@Param('model') model: string, @Param('version') version: string): Promise<void> {
    return this.models.remove(model, parseVersion(version));
  }

  private async receive(request: FastifyRequest): Promise<ModelUpload> {
    try {
      return await readModelUpload(request.parts(), this.config.limits);
    } finally {
      // What a refused upload left unread would hold its connection, and the client would not see the answer.
      request.raw.unpipe().resume();
    }
  }
}
