import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { loadLocalClusterConfig } from '@nearscore/config';
import {
  httpBody,
  isFree,
  LocalCluster,
  type ProcessEvent,
  ProcessGroup,
  type ProcessSpec,
  projectPath,
  redisBinary,
  redisCommand,
} from '@nearscore/local-cluster';
import {
  eventually,
  freePort,
  startCluster,
  startMember,
  startRedis,
  testLogPath,
  uniqueName,
} from '@nearscore/testkit';

const health = (port: number, what: string): Promise<string | undefined> =>
  httpBody(`http://127.0.0.1:${port}/hazelcast/health/${what}`);

describe('a member', () => {
  it('is ready when it is said to be, and gone when stopped', async () => {
    const member = await startMember();
    try {
      expect(await health(member.port, 'node-state')).toBe('"ACTIVE"');
    } finally {
      await member.stop();
    }
    expect(await isFree(member.port)).toBe(true);
    expect(member.logTail(500)).toContain(`[${member.clusterName}]`);
  });

  it('refuses a configuration that contradicts the stock one, and shows its log', async () => {
    const mapConfig = { 'features.*': { 'backup-count': 0 } };
    await expect(startMember({ mapConfig })).rejects.toMatchObject({
      code: 'LOCAL_PROCESS_FAILED',
      logTail: expect.stringContaining('Ambiguous configuration'),
    });
  });
});

describe('a cluster', () => {
  it('forms, with maps beside the stock ones, and takes in a member after the death of another', async () => {
    const map = `features.${uniqueName('small')}`;
    const mapConfig = { [map]: { 'event-journal': { enabled: true, capacity: 620 } } };
    const cluster = await startCluster({ size: 2, mapConfig });
    try {
      const [first, second] = cluster.members;
      expect(await health(first!.port, 'cluster-size')).toBe('2');
      await second!.kill();
      const third = await cluster.add();
      expect(await health(third.port, 'cluster-size')).toBe('2');
    } finally {
      await cluster.stop();
    }
  });
});

describe('a taken port', () => {
  it('is named with the process that wants it and the setting that moves it', async () => {
    const stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as { port: number };
    const config = loadLocalClusterConfig({
      NEARSCORE_LOCAL_REDIS_PORT: String(port),
      NEARSCORE_LOCAL_MEMBER_PORT: String(await freePort()),
      NEARSCORE_NODE_PORT: String(await freePort()),
      NEARSCORE_GATEWAY_PORT: String(port),
    });
    const events: string[] = [];
    const cluster = new LocalCluster({ config, report: ({ type }) => events.push(type) });
    try {
      await expect(cluster.start()).rejects.toMatchObject({
        code: 'LOCAL_PORT_TAKEN',
        message: [
          `port ${port}, wanted by redis, is taken: choose another with --redis-port or NEARSCORE_LOCAL_REDIS_PORT`,
          `port ${port}, wanted by gateway, is taken: choose another with --gateway-port or NEARSCORE_GATEWAY_PORT`,
        ].join('\n'),
      });
      expect(events).toEqual([]);
    } finally {
      stranger.close();
    }
  });
});

describe('an existing service that does not answer', () => {
  it('is named, without the password of its URL', async () => {
    const port = await freePort();
    const config = loadLocalClusterConfig({
      NEARSCORE_GRID_MEMBERS: `127.0.0.1:${port}`,
      REDIS_URL: `redis://user:hunter2@127.0.0.1:${port}`,
      NEARSCORE_NODE_PORT: String(await freePort()),
      NEARSCORE_GATEWAY_PORT: String(await freePort()),
    });
    const failure = await new LocalCluster({ config, report: () => undefined })
      .start()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'LOCAL_SERVICE_UNREACHABLE' });
    expect(String(failure)).not.toContain('hunter2');
  });
});

describe('supervision', () => {
  it('starts a process again and says so; a stop is final', async () => {
    const spec = await redisSpec();
    const events: ProcessEvent[] = [];
    const group = new ProcessGroup((event) => events.push(event));
    try {
      const redis = await group.start(0, spec);
      const first = redis.pid;
      process.kill(first, 'SIGKILL');
      await eventually(() => expect(events.map(({ type }) => type)).toContain('restarted'));
      expect(redis.pid).not.toBe(first);
      expect(events).toContainEqual(
        expect.objectContaining({ type: 'died', process: spec.name, end: 'SIGKILL', restartInMs: 500 }),
      );
    } finally {
      await group.stop();
    }
    expect(await spec.isReady()).toBe(false);
    expect(events.map(({ type }) => type)).toEqual(['starting', 'ready', 'died', 'restarted', 'stopping']);
  });

  it('tells a first start that fails, with the end of its log', async () => {
    const port = await freePort();
    const spec = { ...(await redisSpec()), args: ['--port', String(port), '--no-such-setting', 'x'] };
    const group = new ProcessGroup(() => undefined);
    await expect(group.start(0, spec)).rejects.toMatchObject({
      code: 'LOCAL_PROCESS_FAILED',
      logTail: expect.stringContaining('no-such-setting'),
    });
    await group.stop();
  });
});

describe('a starter that is killed', () => {
  it('leaves nothing running, not even what ignores SIGTERM and what that started', async () => {
    const redis = await redisSpec();
    const stubborn = ['sh', '-c', 'trap "" TERM; sleep 600 & while :; do sleep 600; done'];
    const starter = spawnStarter([
      { command: redis.command, args: redis.args },
      { command: stubborn[0]!, args: stubborn.slice(1) },
    ]);
    const pids = await pidsFrom(starter.stdout);
    expect(pids).toHaveLength(2);
    await eventually(async () => expect(await redis.isReady()).toBe(true));
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    await eventually(() => expect(pids.filter(isGroupAlive)).toEqual([]), { timeoutMs: 20_000 });
  });
});

describe('Redis', () => {
  it('is empty and gone when stopped', async () => {
    const redis = await startRedis();
    await redis.stop();
    expect(redis.isRunning()).toBe(false);
    expect(await isFree(redis.port)).toBe(true);
  });
});

async function redisSpec(): Promise<ProcessSpec> {
  const port = await freePort();
  const binary = await redisBinary(() => undefined);
  return redisCommand({ name: 'redis', binary, port, logPath: testLogPath('redis') });
}

/** A process that starts others with the built library and prints their pids: a jest worker cannot be killed for it. */
function spawnStarter(commands: { command: string; args: readonly string[] }[]) {
  const script = `
    const { ManagedProcess } = require(${JSON.stringify(projectPath('dist/libs/local-cluster/src/index.js'))});
    const rest = { isReady: async () => true, readyTimeoutMs: 1000, stopTimeoutMs: 1000, logPath: '/dev/null' };
    const started = ${JSON.stringify(commands)}.map((spec) => ManagedProcess.spawn({ ...spec, ...rest, name: 'x' }, true));
    console.log(started.map(({ pid }) => pid).join(' '));
  `;
  return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function pidsFrom(output: NodeJS.ReadableStream): Promise<number[]> {
  const [chunk] = (await once(output, 'data')) as [Buffer];
  return chunk.toString().trim().split(' ').map(Number);
}

function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}
