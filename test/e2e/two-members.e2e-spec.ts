import { Client, HazelcastJsonValue } from 'hazelcast-client';
import { predictionSerializer } from '@nearscore/records';
import { eventually, exampleModel, startCluster, startGateway, startNode, startRedis } from '@nearscore/testkit';
import { type TestApp, type TestCluster, type TestRedis } from '@nearscore/testkit';
import { callApi, deployExample } from './stack';

interface NodesAnswer {
  nodes: { id: string; member: { uuid: string } | null; lanes: { partitions: number }[]; locality: number | null }[];
}

const { records } = exampleModel('phishing');

describe('two members', () => {
  let cluster: TestCluster;
  let redis: TestRedis;
  let gateway: TestApp;
  let client: Client;
  const nodes: TestApp[] = [];
  const api = <T>(method: string, path: string, body?: unknown) => callApi<T>(gateway.url, method, path, body);

  beforeAll(async () => {
    [cluster, redis] = await Promise.all([startCluster({ size: 2 }), startRedis()]);
    const [node, started] = await Promise.all([startNode(nodeEnv(0)), startGateway(gridEnv())]);
    nodes.push(node);
    gateway = started;
    client = await Client.newHazelcastClient({
      clusterName: cluster.clusterName,
      network: { clusterMembers: cluster.members.map(({ address }) => address) },
      serialization: { compact: { serializers: [predictionSerializer as never] } },
      properties: { 'hazelcast.logging.level': 'ERROR' },
    });
    await deployExample(gateway.url, api, { name: 'phishing', version: 1, stream: 'phishing' });
  }, 120_000);

  afterAll(async () => {
    await client?.shutdown();
    await Promise.all([gateway, ...nodes].map((process) => process?.stop()));
    await Promise.all([redis?.stop(), cluster?.stop()]);
  });

  it('a member without a node is served by the other member’s', async () => {
    await scoreAll('alone-');
    const [node, ...others] = await servedPartitions();
    expect(others).toEqual([]);
    expect(node?.partitions).toBe(31);
    expect(node?.locality).toBeGreaterThan(0);
    expect(node?.locality).toBeLessThan(1);
  }, 60_000);

  it('each node serves its own member once there are two, and records go on being scored meanwhile', async () => {
    const writing = scoreAll('joining-');
    nodes.push(await startNode(nodeEnv(1)));
    await writing;
    await eventually(
      async () => {
        const served = await servedPartitions();
        expect(served.map(({ partitions }) => partitions > 0)).toEqual([true, true]);
        expect(served.reduce((sum, { partitions }) => sum + partitions, 0)).toBe(31);
        expect(new Set(served.map(({ member }) => member?.uuid)).size).toBe(2);
      },
      { timeoutMs: 20_000 },
    );
    await scoreAll('both-');
  }, 60_000);

  it('partitions of a node that stops are taken over', async () => {
    const writing = scoreAll('leaving-');
    await nodes[1]?.stop();
    await writing;
    await eventually(async () => expect((await servedPartitions()).map((it) => it.partitions)).toEqual([31]), {
      timeoutMs: 20_000,
    });
  }, 60_000);

  const gridEnv = () => ({
    NEARSCORE_GRID_MEMBERS: cluster.members.map(({ address }) => address).join(','),
    NEARSCORE_GRID_CLUSTER: cluster.clusterName,
    REDIS_URL: redis.url,
  });

  const nodeEnv = (member: number) => ({
    ...gridEnv(),
    NEARSCORE_NODE_ID: `node-${member}`,
    NEARSCORE_NODE_MEMBER: cluster.members[member]?.address ?? '',
  });

  async function servedPartitions() {
    const answer = await api<NodesAnswer>('GET', '/v1/nodes');
    return answer.nodes.map(({ lanes, ...node }) => ({
      ...node,
      partitions: lanes.reduce((sum, { partitions }) => sum + partitions, 0),
    }));
  }

  async function scoreAll(prefix: string): Promise<void> {
    const features = await client.getMap<string, HazelcastJsonValue>('features.phishing');
    const predictions = await client.getMap<string, unknown>('predictions.phishing');
    for (const { key, values } of records)
      await features.set(prefix + key, new HazelcastJsonValue(JSON.stringify(values)));
    const keys = records.map(({ key }) => prefix + key);
    await eventually(async () => expect((await predictions.getAll(keys)).length).toBe(keys.length), {
      timeoutMs: 30_000,
    });
  }
});
