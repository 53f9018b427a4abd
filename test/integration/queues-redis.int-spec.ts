import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { checkRedis, createRedisConnection, type RedisConnection } from '@nearscore/queues';
import { Redis } from 'ioredis';
import { eventually, freePort, startRedis, type TestRedis } from '@nearscore/testkit';

const connections: RedisConnection[] = [];
const servers: Server[] = [];
const redises: TestRedis[] = [];

function connect(url: string): RedisConnection {
  const connection = createRedisConnection(url, 'test');
  connections.push(connection);
  return connection;
}

async function redisAt(port?: number): Promise<TestRedis> {
  const redis = await startRedis(port === undefined ? {} : { port });
  redises.push(redis);
  return redis;
}

afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  for (const server of servers.splice(0)) server.close();
  await Promise.all(redises.splice(0).map((redis) => redis.stop()));
});

const UP = {
  up: true,
  latencyMs: expect.any(Number),
  version: expect.stringMatching(/^\d+\.\d+/),
  ...{ maxmemoryPolicy: 'noeviction', warning: null },
};

test('a Redis that is there', async () => {
  const connection = connect((await redisAt()).url);
  await eventually(async () => expect(await checkRedis(connection)).toEqual(UP));
});

test('a Redis that is not there, then comes, goes, and comes back', async () => {
  const port = await freePort();
  const connection = connect(`redis://:secret@127.0.0.1:${port}`);
  await eventually(async () => expect(await checkRedis(connection)).toEqual({ up: false, reason: 'ECONNREFUSED' }));
  const first = await redisAt(port);
  // No password is set there: Redis says so to AUTH, and serves all the same.
  await eventually(async () => expect(await checkRedis(connection)).toEqual(UP));
  await first.kill();
  await eventually(async () => expect(await checkRedis(connection)).toMatchObject({ up: false }));
  await redisAt(port);
  await eventually(async () => expect(await checkRedis(connection)).toEqual(UP));
}, 60_000);

test('a Redis that is stopped in its tracks is not waited for', async () => {
  const redis = await redisAt();
  const connection = connect(redis.url);
  await eventually(async () => expect(await checkRedis(connection)).toEqual(UP));
  redis.signal('SIGSTOP');
  expect(await checkRedis(connection, 100)).toEqual({ up: false, reason: 'no answer within 100 ms' });
  redis.signal('SIGCONT');
  await eventually(async () => expect(await checkRedis(connection)).toEqual(UP));
});

test('something else at its port', async () => {
  const server = createServer((socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  expect(await checkRedis(connect(`redis://127.0.0.1:${port}`), 500)).toMatchObject({
    up: false,
    reason: expect.any(String),
  });
});

test('a Redis that may drop jobs is warned of while it is so', async () => {
  const redis = await redisAt();
  const connection = connect(redis.url);
  await eventually(async () => expect(await checkRedis(connection)).toEqual(UP));
  const admin = new Redis(redis.url);
  try {
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    expect(await checkRedis(connection)).toMatchObject({ up: true, warning: expect.stringContaining('noeviction') });
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    expect(await checkRedis(connection)).toEqual(UP);
  } finally {
    admin.disconnect();
  }
});
