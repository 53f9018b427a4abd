import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer, Errors } from '../docs/answers';
import { EXAMPLES } from '../docs/examples';
import { HealthService, ReadinessChecks } from './health.service';

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process answers' })
  @Answer(200, 'It does.', { status: 'ok' })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether a record written now would be scored' })
  @Answer(200, 'The grid is there, a node is ready, a model is deployed. Redis is shown but not needed.', {
    status: 'ok',
    checks: EXAMPLES.ready,
  })
  @Errors({ 503: 'NOT_READY: `details.checks` tells why.' })
  async ready(): Promise<{ status: 'ok'; checks: ReadinessChecks }> {
    return { status: 'ok', checks: await this.health.ready() };
  }
}
