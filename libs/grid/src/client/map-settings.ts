/** What a member says about a map that decides whether a record could vanish unseen. */
export interface MapSettings {
  readonly journal: boolean;
  readonly journalTtlSeconds: number;
  /** Events of all partitions together; null: there is no journal, or the member does not tell. */
  readonly journalCapacity: number | null;
  readonly ttlSeconds: number;
  readonly maxIdleSeconds: number;
  readonly evictionPolicy: string;
  /** null: the member does not tell. */
  readonly backupCount: number | null;
}

const NO_CONFIGURATION: MapSettings = {
  journal: false,
  journalTtlSeconds: 0,
  journalCapacity: null,
  ttlSeconds: 0,
  maxIdleSeconds: 0,
  evictionPolicy: 'NONE',
  backupCount: null,
};

/**
 * Finds the settings of a map in a member's configuration (XML as ConfigXmlGenerator of Hazelcast writes it), by the
 * member's own rules: the exact name, else the longest matching pattern, else `default`.
 *
 * @throws SyntaxError naming the element that is not there
 */
export function findMapSettings(configXml: string, map: string): MapSettings {
  const bodies = mapBodies(configXml);
  const pattern = bestPattern([...bodies.keys()], map);
  const body = pattern === undefined ? undefined : bodies.get(pattern);
  return body === undefined ? NO_CONFIGURATION : toSettings(body);
}

function mapBodies(configXml: string): Map<string, string> {
  const maps = configXml.matchAll(/<map name="([^"]*)">([\s\S]*?)<\/map>/g);
  return new Map(Array.from(maps, ([, name = '', body = '']) => [name, body]));
}

function bestPattern(patterns: readonly string[], map: string): string | undefined {
  if (patterns.includes(map)) return map;
  const [best] = patterns.filter((pattern) => matches(pattern, map)).sort((a, b) => b.length - a.length);
  return best ?? patterns.find((pattern) => pattern === 'default');
}

/** MatchingPointConfigPatternMatcher: one `*` stands for any text. */
function matches(pattern: string, map: string): boolean {
  const [head = '', tail, ...more] = pattern.split('*');
  if (tail === undefined || more.length > 0) return false;
  return map.length >= head.length + tail.length && map.startsWith(head) && map.endsWith(tail);
}

function toSettings(body: string): MapSettings {
  const [journal = '', enabled] = /<event-journal enabled="(\w+)">[\s\S]*?<\/event-journal>/.exec(body) ?? [];
  const map = body.replace(journal, '').replace(/<near-cache[\s\S]*?<\/near-cache>/, '');
  return {
    journal: enabled === 'true',
    journalTtlSeconds: enabled === 'true' ? seconds(journal, 'time-to-live-seconds') : 0,
    journalCapacity: enabled === 'true' ? told(journal, 'capacity') : null,
    ttlSeconds: seconds(map, 'time-to-live-seconds'),
    maxIdleSeconds: seconds(map, 'max-idle-seconds'),
    evictionPolicy: found(map, /<eviction [^>]*eviction-policy="(\w+)"/, 'eviction'),
    backupCount: told(map, 'backup-count'),
  };
}

function seconds(xml: string, element: string): number {
  return Number(found(xml, new RegExp(`<${element}>(\\d+)</${element}>`), element));
}

/** What nothing is refused for: null where it is not told. */
function told(xml: string, element: string): number | null {
  const value = new RegExp(`<${element}>(\\d+)</${element}>`).exec(xml)?.[1];
  return value === undefined ? null : Number(value);
}

function found(xml: string, expression: RegExp, element: string): string {
  const value = expression.exec(xml)?.[1];
  if (value === undefined) throw new SyntaxError(`no readable ${element}`);
  return value;
}
