import { checkFeatureMap, type ConfiguredMembers } from './feature-map-check';

const mapXml = (ttl: number): string => `<map name="features.a">
  <time-to-live-seconds>${ttl}</time-to-live-seconds><max-idle-seconds>0</max-idle-seconds>
  <eviction size="0" max-size-policy="PER_NODE" eviction-policy="NONE"/>
  <event-journal enabled="true"><time-to-live-seconds>0</time-to-live-seconds></event-journal></map>`;

const gridOf = (...configs: string[]): ConfiguredMembers => ({
  members: () => configs.map((_, port) => ({ uuid: `${port}`, host: 'member', port, version: '5.7.0' })),
  memberConfig: ({ port }) => Promise.resolve(configs[port] ?? ''),
});

describe('checkFeatureMap', () => {
  it('accepts a map that keeps everything on every member', async () => {
    await expect(checkFeatureMap(gridOf(mapXml(0), mapXml(0)), 'features.a')).resolves.toBeUndefined();
  });

  it('asks every member: one may have been started with another file', async () => {
    await expect(checkFeatureMap(gridOf(mapXml(0), mapXml(60)), 'features.a')).rejects.toMatchObject({
      code: 'FEATURE_MAP_SETTINGS',
      details: { map: 'features.a', setting: 'time-to-live-seconds' },
    });
  });

  it('accepts nothing unasked', async () => {
    await expect(checkFeatureMap(gridOf(), 'features.a')).rejects.toMatchObject({ code: 'GRID_UNAVAILABLE' });
    const unreadable = gridOf('<map name="features.a"><event-journal enabled="true"></event-journal></map>');
    await expect(checkFeatureMap(unreadable, 'features.a')).rejects.toMatchObject({ code: 'GRID_OPERATION_FAILED' });
  });
});
