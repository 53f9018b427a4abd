import { checkFeatureMap, connectGrid, type Grid } from '@nearscore/grid';
import { startMember, type TestMember } from '@nearscore/testkit';
import { Client } from 'hazelcast-client';

const journal = { enabled: true };
const BAD_MAPS = {
  'no-journal': { config: { 'event-journal': { enabled: false } }, setting: 'event-journal' },
  'journal-ttl': {
    config: { 'event-journal': { enabled: true, 'time-to-live-seconds': 60 } },
    setting: 'event-journal.time-to-live-seconds',
  },
  ttl: { config: { 'event-journal': journal, 'time-to-live-seconds': 60 }, setting: 'time-to-live-seconds' },
  'max-idle': { config: { 'event-journal': journal, 'max-idle-seconds': 60 }, setting: 'max-idle-seconds' },
  eviction: {
    config: {
      'event-journal': journal,
      eviction: { 'eviction-policy': 'LRU', 'max-size-policy': 'PER_NODE', size: 1000 },
    },
    setting: 'eviction.eviction-policy',
  },
};

let member: TestMember;
let grid: Grid;

beforeAll(async () => {
  const mapConfig = Object.entries(BAD_MAPS).map(([name, { config }]) => [`features.${name}`, config]);
  member = await startMember({ mapConfig: Object.fromEntries(mapConfig) as Record<string, unknown> });
  grid = await connectGrid({ members: [member.address], clusterName: member.clusterName, clientName: 'check-test' });
});

afterAll(async () => {
  await grid?.close();
  await member?.stop();
});

it('accepts a feature map of the stock configuration', async () => {
  await expect(checkFeatureMap(grid, 'features.fraud')).resolves.toBeUndefined();
});

it.each(Object.entries(BAD_MAPS))('refuses a map with %s by the name of the setting', async (name, { setting }) => {
  await expect(checkFeatureMap(grid, `features.${name}`)).rejects.toMatchObject({
    code: 'FEATURE_MAP_SETTINGS',
    message: expect.stringContaining(`setting ${setting} `),
    details: { map: `features.${name}`, setting },
  });
});

it('refuses a map that no configuration names: it has no journal', async () => {
  await expect(checkFeatureMap(grid, 'elsewhere')).rejects.toMatchObject({ details: { setting: 'event-journal' } });
});

it('leaves nothing in the grid', async () => {
  const client = await Client.newHazelcastClient({
    clusterName: member.clusterName,
    network: { clusterMembers: [member.address] },
    properties: { 'hazelcast.logging.level': 'OFF' },
  });
  const names = (await client.getDistributedObjects()).map((object) => object.getName());
  await client.shutdown();
  expect(names.filter((name) => !name.startsWith('__'))).toEqual([]);
});

it('says which member does not tell', async () => {
  const gone = { uuid: 'gone', host: '127.0.0.1', port: 1, version: '5.7.0' };
  await expect(grid.memberConfig(gone)).rejects.toMatchObject({
    code: 'GRID_UNAVAILABLE',
    message: expect.stringContaining('127.0.0.1:1'),
  });
});
