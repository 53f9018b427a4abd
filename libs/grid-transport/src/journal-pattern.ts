import { NoHandlerError, PatternRefusedError } from './grid-transport.errors';

/** Of a hybrid app: `@EventPattern('predictions.fraud', JOURNAL)` is no pattern of its other transports. */
export const JOURNAL = Symbol('nearscore.journal');

/** As `@EventPattern(resetOf('predictions.fraud'))`: gets a JournalReset when the position in that map is gone. */
export function resetOf(map: string): { reset: string } {
  return { reset: map };
}

/**
 * The maps that an app's event handlers name.
 *
 * @param routes patterns as Nest keeps them: text as it is, objects as JSON
 * @throws PatternRefusedError for anything but a map's name or `resetOf` one that is handled; NoHandlerError when there is none
 */
export function followedMaps(routes: readonly string[]): string[] {
  const maps = routes.filter((route) => resetMapOf(route) === undefined);
  const refused = maps.find((map) => map.includes('*') || map.startsWith('{'));
  if (refused !== undefined) throw new PatternRefusedError(refused, 'a map is followed by its whole name');
  const orphan = routes.map(resetMapOf).find((map) => map !== undefined && !maps.includes(map));
  if (orphan !== undefined) throw new PatternRefusedError(orphan, 'its resets are handled, but not its events');
  if (maps.length === 0) throw new NoHandlerError('any map');
  return maps;
}

function resetMapOf(route: string): string | undefined {
  if (!route.startsWith('{')) return undefined;
  const pattern = JSON.parse(route) as Record<string, unknown>;
  return Object.keys(pattern).length === 1 && typeof pattern.reset === 'string' ? pattern.reset : undefined;
}
