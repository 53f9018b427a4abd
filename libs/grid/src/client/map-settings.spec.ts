import { findMapSettings } from './map-settings';

interface Shape {
  journal?: boolean;
  journalTtl?: number;
  ttl?: number;
  idle?: number;
  eviction?: string;
  nearCache?: boolean;
}

/** A map as ConfigXmlGenerator of a 5.7.0 member writes it, shortened to the neighbours of what is read. */
const mapXml = (name: string, shape: Shape = {}): string => `
     <map name="${name}">
          <in-memory-format>BINARY</in-memory-format>
          <backup-count>1</backup-count>
          <time-to-live-seconds>${shape.ttl ?? 0}</time-to-live-seconds>
          <max-idle-seconds>${shape.idle ?? 0}</max-idle-seconds>
          <merge-policy batch-size="100">com.hazelcast.spi.merge.PutIfAbsentMergePolicy</merge-policy>
          <eviction size="2147483647" max-size-policy="PER_NODE" eviction-policy="${shape.eviction ?? 'NONE'}"/>
          ${shape.nearCache ? NEAR_CACHE : ''}
          <event-journal enabled="${shape.journal ?? true}">
               <capacity>10000</capacity>
               <time-to-live-seconds>${shape.journalTtl ?? 0}</time-to-live-seconds>
          </event-journal>
          <map-store enabled="false" initial-mode="LAZY">
               <write-delay-seconds>0</write-delay-seconds>
          </map-store>
     </map>`;

const NEAR_CACHE = `<near-cache name="default">
               <time-to-live-seconds>7</time-to-live-seconds>
               <max-idle-seconds>8</max-idle-seconds>
               <eviction size="10" max-size-policy="ENTRY_COUNT" eviction-policy="LRU"/>
          </near-cache>`;

const GOOD = {
  ...{ journal: true, journalTtlSeconds: 0, journalCapacity: 10_000 },
  ...{ ttlSeconds: 0, maxIdleSeconds: 0, evictionPolicy: 'NONE', backupCount: 1 },
};

describe('findMapSettings', () => {
  it.each<[string, Shape, object]>([
    ['nothing', {}, {}],
    ['no journal', { journal: false, journalTtl: 9 }, { journal: false, journalCapacity: null }],
    ['a journal time-to-live', { journalTtl: 5 }, { journalTtlSeconds: 5 }],
    ['a time-to-live', { ttl: 6 }, { ttlSeconds: 6 }],
    ['a max-idle', { idle: 7 }, { maxIdleSeconds: 7 }],
    ['an eviction policy', { eviction: 'LFU' }, { evictionPolicy: 'LFU' }],
    ['a near cache with limits of its own', { nearCache: true }, {}],
  ])('tells %s', (_, shape, expected) => {
    expect(findMapSettings(mapXml('features.a', shape), 'features.a')).toEqual({ ...GOOD, ...expected });
  });

  it('takes the exact name before the longest pattern before any other pattern before default', () => {
    const names = ['default', 'features.*', '*.fraud', 'features.fr*', 'features.exact', 'other'];
    const config = names.map((name, index) => mapXml(name, { ttl: index + 1 })).join('');
    const ttlOf = (map: string): number => findMapSettings(config, map).ttlSeconds;
    expect(ttlOf('features.exact')).toBe(5);
    expect(ttlOf('features.fraud')).toBe(4);
    expect(ttlOf('features.phishing')).toBe(2);
    expect(ttlOf('old.fraud')).toBe(3);
    expect(ttlOf('unheard')).toBe(1);
  });

  it('does not let the two sides of a pattern overlap', () => {
    const config = mapXml('ab*ba', { ttl: 1 });
    expect(findMapSettings(config, 'aba').ttlSeconds).toBe(0);
    expect(findMapSettings(config, 'abba').ttlSeconds).toBe(1);
  });

  it('knows that a map without any configuration has no journal', () => {
    expect(findMapSettings('<hazelcast></hazelcast>', 'features.a')).toEqual({
      ...GOOD,
      ...{ journal: false, journalCapacity: null, backupCount: null },
    });
  });

  it('names what it cannot read', () => {
    const broken = mapXml('features.a').replaceAll('max-idle-seconds', 'max-idle-millis');
    expect(() => findMapSettings(broken, 'features.a')).toThrow('max-idle-seconds');
  });
});
