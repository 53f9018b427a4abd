import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { type BoardQueue, type BoardQueues, checkRedis, type RedisProbe } from '@nearscore/queues';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { queuesDownPage } from './queues-down-page';
import { ReadOnlyAdapter } from './read-only-adapter';

export const BOARD_PATH = '/admin/queues';

/** Its own scripts, styles and answers, and nothing of any other origin: it asks for fonts of one. */
const BOARD_POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "font-src 'self'"],
  ...["connect-src 'self'", "base-uri 'self'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ');

export interface QueueBoardParts {
  readonly queues: Pick<BoardQueues, 'of' | 'close'>;
  readonly redis: RedisProbe;
  /** Of the nodes that are known: each has a queue. */
  readonly nodeIds: () => Promise<readonly string[]>;
}

/** The queues as a page at /admin/queues, to be looked at only. Without Redis the page says so. */
export class QueueBoard {
  private readonly adapter = new ReadOnlyAdapter();
  private readonly show: (queues: readonly BoardQueue[]) => void;

  constructor(private readonly parts: QueueBoardParts) {
    const options = { uiConfig: { boardTitle: 'Nearscore queues' } };
    const board = createBullBoard({ queues: [], serverAdapter: this.adapter.setBasePath(BOARD_PATH), options });
    this.show = (queues) => board.replaceQueues(queues.map((one) => new BullMQAdapter(one, { readOnlyMode: true })));
  }

  async serve(instance: FastifyInstance): Promise<void> {
    const routes = async (scope: FastifyInstance): Promise<void> => {
      scope.addHook('onSend', async (_request, reply) => void reply.header('content-security-policy', BOARD_POLICY));
      scope.addHook('preHandler', (request, reply) => this.look(request, reply));
      await scope.register(this.adapter.registerPlugin());
    };
    await instance.register(routes, { prefix: BOARD_PATH });
  }

  close(): void {
    this.parts.queues.close();
  }

  /** Whether there is something to be shown, and what: nodes come and go. */
  private async look(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    if (isAsset(request)) return undefined;
    const { queues, redis, nodeIds } = this.parts;
    const health = await checkRedis(redis);
    if (!health.up) return refuse(request, reply, health.reason);
    this.show(queues.of(await nodeIds()));
    return undefined;
  }
}

function isAsset({ url }: FastifyRequest): boolean {
  return url.startsWith(`${BOARD_PATH}/static/`);
}

/** @param reason an error code, never a host name or a password */
function refuse({ url }: FastifyRequest, reply: FastifyReply, reason: string): FastifyReply {
  const answer = reply.status(503).header('retry-after', '5');
  if (!url.startsWith(`${BOARD_PATH}/api/`))
    return answer.type('text/html; charset=utf-8').send(queuesDownPage(reason));
  return answer.send({ error: `Redis cannot be reached: ${reason}` });
}
