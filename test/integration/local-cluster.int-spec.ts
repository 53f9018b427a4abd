import { connect } from 'node:net';
import { startCluster, startMember, startRedis, uniqueName } from '@nearscore/testkit';
import { httpBody, isFree } from '@nearscore/local-cluster';

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

  it('takes maps beside the stock ones', async () => {
    const map = `features.${uniqueName('small')}`;
    const member = await startMember({ mapConfig: { [map]: { 'event-journal': { enabled: true, capacity: 620 } } } });
    await member.stop();
    expect(member.isRunning()).toBe(false);
  });
});

describe('a cluster', () => {
  it('forms, and survives the death of a member', async () => {
    const cluster = await startCluster({ size: 2 });
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

describe('Redis', () => {
  it('refuses rather than evicts', async () => {
    const redis = await startRedis();
    try {
      expect(await ask(redis.port, 'CONFIG GET maxmemory-policy\r\n')).toContain('noeviction');
    } finally {
      await redis.stop();
    }
    expect(await isFree(redis.port)).toBe(true);
  });
});

function ask(port: number, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(question));
    socket.once('error', reject);
    socket.once('data', (chunk) => {
      resolve(chunk.toString());
      socket.destroy();
    });
  });
}
