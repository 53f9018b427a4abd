import { createHash } from 'node:crypto';
import { Client } from 'hazelcast-client';
import {
  eventually,
  exampleModel,
  type ExampleModelName,
  type ExampleVersion,
  type MemberSettings,
  startGateway,
  startMember,
  startNode,
  startRedis,
  type TestApp,
  type TestMember,
  type TestRedis,
} from '@nearscore/testkit';
import { predictionSerializer } from '@nearscore/records';

/** One host as users run it: member, Redis, gateway, inference node; and a stock grid client beside them. */
export interface Stack {
  readonly member: TestMember;
  readonly redis: TestRedis;
  readonly gateway: TestApp;
  /** Writes arrays of numbers as double[]. */
  readonly client: Client;
  /** Writes arrays of numbers as float[]. */
  readonly floatClient: Client;
  /** The running node; `restartNode` replaces it. */
  node(): TestApp;
  startNode(): Promise<TestApp>;
  /** JSON over the gateway; rejects with the answer's body when the status is not 2xx. */
  api<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  deployExample(name: ExampleModelName, version: ExampleVersion, stream?: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startStack(settings: MemberSettings = {}): Promise<Stack> {
  const [member, redis] = await Promise.all([startMember(settings), startRedis()]);
  const env = {
    NEARSCORE_GRID_MEMBERS: member.address,
    NEARSCORE_GRID_CLUSTER: member.clusterName,
    REDIS_URL: redis.url,
  };
  const [firstNode, gateway, client, floatClient] = await Promise.all([
    startNode(env),
    startGateway(env),
    stockClient(member, 'double'),
    stockClient(member, 'float'),
  ]);
  let node = firstNode;
  const api = <T>(method: string, path: string, body?: unknown) => callApi<T>(gateway.url, method, path, body);
  return {
    member,
    redis,
    gateway,
    client,
    floatClient,
    node: () => node,
    startNode: async () => (node = await startNode(env)),
    api,
    deployExample: (name, version, stream = name) => deployExample(gateway.url, api, { name, version, stream }),
    stop: async () => {
      await Promise.all([client.shutdown(), floatClient.shutdown()]);
      await Promise.all([gateway.stop(), node.stop()]);
      await Promise.all([redis.stop(), member.stop()]);
    },
  };
}

/** A client as any TypeScript user of Hazelcast has it, with the serializer that reads predictions. */
function stockClient({ clusterName, address }: TestMember, defaultNumberType: 'float' | 'double'): Promise<Client> {
  return Client.newHazelcastClient({
    clusterName,
    network: { clusterMembers: [address] },
    serialization: { defaultNumberType, compact: { serializers: [predictionSerializer as never] } },
    properties: { 'hazelcast.logging.level': 'ERROR' },
  });
}

export async function callApi<T>(url: string, method: string, path: string, body?: unknown): Promise<T> {
  const json =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(url + path, { method, ...json });
  return answerOf<T>(response);
}

async function answerOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export async function deployExample(
  url: string,
  api: Stack['api'],
  { name, version, stream }: { name: ExampleModelName; version: ExampleVersion; stream: string },
): Promise<void> {
  const example = exampleModel(name);
  const form = new FormData();
  form.set('model', new Blob([new Uint8Array(example.onnx(version))]), 'model.onnx');
  form.set('config', new Blob([JSON.stringify(example.modelJson)], { type: 'application/json' }), 'model.json');
  const stored = await answerOf<{ sha256?: string }>(
    await fetch(`${url}/v1/models/${name}/versions/${version}`, { method: 'PUT', body: form }),
  );
  expect(stored.sha256).toBe(createHash('sha256').update(example.onnx(version)).digest('hex'));
  await api('PUT', `/v1/streams/${stream}`, { model: name, version });
  await eventually(
    async () => {
      const { nodes } = await api<{ nodes: { streams: { stream: string; version: number }[] }[] }>('GET', '/v1/nodes');
      const served = nodes.flatMap((node) => node.streams).filter((served) => served.stream === stream);
      expect(served.map((it) => it.version)).toEqual(nodes.map(() => version));
    },
    { timeoutMs: 20_000 },
  );
}
