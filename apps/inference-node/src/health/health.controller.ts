import { Controller, Get, HttpException, HttpStatus } from '@nestjs/common';
import { InferenceNode } from '../node/inference-node';
import { isReady, NodeReadiness } from '../node/node-readiness';

@Controller('health')
export class HealthController {
  constructor(private readonly node: InferenceNode) {}

  /** The main thread answers: the process need not be restarted. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 503 with the reasons while the node does not score all that it should. */
  @Get('ready')
  ready(): { status: 'ok'; checks: NodeReadiness } {
    const checks = this.node.readiness();
    if (isReady(checks)) return { status: 'ok', checks };
    const error = { code: 'NOT_READY', message: 'This node is not ready.', details: { checks } };
    throw new HttpException({ error }, HttpStatus.SERVICE_UNAVAILABLE);
  }
}
