import { type FastifyRequest } from 'fastify';

/** Whether the request names this media type itself, with a quality above 0. A wildcard leaves the choice to the route. */
export function acceptsExplicitly({ headers }: FastifyRequest, type: string): boolean {
  return (headers.accept ?? '').split(',').some((range) => {
    const [name = '', ...parameters] = range.toLowerCase().split(';');
    return name.trim() === type && !parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter));
  });
}
