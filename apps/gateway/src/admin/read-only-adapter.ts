import { FastifyAdapter } from '@bull-board/fastify';

type ApiRoutes = Parameters<FastifyAdapter['setApiRoutes']>[0];

/** Bull-board's routes that read. The others are not refused here: there are none. */
export class ReadOnlyAdapter extends FastifyAdapter {
  override setApiRoutes(routes: ApiRoutes): FastifyAdapter {
    return super.setApiRoutes(routes.filter(({ method }) => [method].flat().every((name) => name === 'get')));
  }
}
