import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { hazelcastJar, httpBody, projectPath } from '@nearscore/local-cluster';
import { eventually, startMember, startRedis, uniqueName } from '@nearscore/testkit';
import { type Starter, startStarter } from './starter';

jest.setTimeout(300_000);
const run = promisify(execFile);
/** `page-…: phishing, score 0.9…` of the two example programs. */
const EXAMPLE_OUTPUT = /^page-\d+: (phishing|legitimate), score 0\.\d+\s*$/;

describe('npm start', () => {
  let starter: Starter;

  beforeAll(async () => {
    starter = await startStarter([], { clusterName: uniqueName('start') });
  });
  afterAll(() => starter.interrupt());

  it('scores the example records as scikit-learn does, and says so', async () => {
    await starter.printed(/1,250 of 1,250 phishing records scored by version 1/);
    const [, accuracy] = await starter.printed(/accuracy against what was observed +([\d.]+)/);
    const [, difference] = await starter.printed(/largest difference to scikit-learn +([\d.e+-]+)/);
    expect(Number(accuracy)).toBeGreaterThan(0.88);
    expect(Number(accuracy)).toBeLessThan(1);
    expect(Number(difference)).toBeLessThanOrEqual(1e-5);
    await starter.printed(/Ctrl-C stops everything/);
  });

  it('prints addresses that answer', async () => {
    const urls = starter.output().match(/http:\/\/127\.0\.0\.1:\d+\/(docs|metrics|v1\/nodes)\b/g) ?? [];
    expect(new Set(urls).size).toBe(4);
    for (const url of urls) expect(await httpBody(url)).toBeTruthy();
  });

  it('prints a curl command that puts a record and reads its prediction', async () => {
    const command = /^ +(curl -X PUT .*)$/m.exec(starter.output())?.[1] ?? '';
    await eventually(async () => {
      const { stdout } = await run('sh', ['-c', command.replaceAll('curl ', 'curl -sS ')]);
      expect(stdout).toMatch(/"score":0\.\d+,"label":"phishing"/);
    });
  });

  it('comes with programs for the stock clients of Node and Java that do the same', async () => {
    const grid = [`127.0.0.1:${starter.memberPort}`, starter.clusterName];
    const jar = await hazelcastJar(() => undefined);
    const examples = (name: string): string => projectPath('deploy', 'examples', name);
    const [node, java] = await Promise.all([
      run(process.execPath, [examples('score.mjs'), ...grid]),
      run('java', ['-cp', jar, examples('Score.java'), ...grid]),
    ]);
    expect(node.stdout).toMatch(EXAMPLE_OUTPUT);
    expect(java.stdout).toMatch(EXAMPLE_OUTPUT);
    const scoreIn = (text: string): number => Number(/score (.*)/.exec(text)?.[1]);
    expect(scoreIn(node.stdout)).toBeCloseTo(scoreIn(java.stdout), 6);
  });

  it('starts a process that died again, and says so', async () => {
    process.kill(starter.childPid(/apps\/inference-node\//), 'SIGKILL');
    await starter.printed(/died +node-1 \(SIGKILL\): started again in 0\.5 s, log \.cache\/logs\/node-1\.log/);
    await starter.printed(/restarted node-1/);
  });

  it('stops everything on Ctrl-C, top down', async () => {
    await starter.interrupt();
    await starter.allGone();
    const stopped = [...starter.output().matchAll(/stopping +(\S+)$/gm)].map(([, name]) => name);
    expect(stopped).toEqual(['gateway', 'node-1', 'member-1', 'redis']);
  });
});

describe('npm start, killed with -9', () => {
  it('leaves nothing, though only npm was killed', async () => {
    const starter = await startStarter(['--no-examples'], { clusterName: uniqueName('start') });
    await starter.printed(/Ctrl-C stops everything/);
    await starter.killNpm();
    await starter.allGone();
  });

  it('leaves nothing, though the starter had no chance', async () => {
    const starter = await startStarter(['--no-examples'], { clusterName: uniqueName('start') });
    await starter.printed(/Ctrl-C stops everything/);
    process.kill(starter.childPid(/^\S*node tools\/start\.mjs/), 'SIGKILL');
    await starter.allGone();
    await starter.interrupt();
  });
});

describe('npm start -- --members 3', () => {
  it('has a node beside each member, each with partitions of its own', async () => {
    const starter = await startStarter(['--members', '3'], { clusterName: uniqueName('start') });
    try {
      await starter.printed(/1,250 of 1,250 phishing records scored/);
      await eventually(async () => {
        const { nodes, partitions } = JSON.parse((await httpBody(`${starter.gatewayUrl}/v1/nodes`)) ?? '{}') as Nodes;
        expect(new Set(nodes.map((node) => node.member?.address)).size).toBe(3);
        expect(nodes.every((node) => node.partitions > 0)).toBe(true);
        expect(nodes.reduce((sum, node) => sum + node.partitions, 0)).toBe(partitions);
      });
    } finally {
      await starter.interrupt();
    }
    await starter.allGone();
  });
});

interface Nodes {
  readonly partitions: number;
  readonly nodes: readonly { readonly partitions: number; readonly member?: { readonly address: string } }[];
}

describe('npm start with a grid and a Redis that run already', () => {
  it('starts neither, and leaves both alone', async () => {
    const [member, redis] = await Promise.all([startMember(), startRedis()]);
    try {
      const env = { NEARSCORE_GRID_MEMBERS: member.address, REDIS_URL: redis.url };
      const starter = await startStarter(['--once'], { clusterName: member.clusterName, env });
      await starter.printed(/1,250 of 1,250 phishing records scored/);
      await starter.printed(/stopping +node-1/);
      await starter.allGone();
      expect(starter.output()).not.toMatch(/starting +(member|redis)/);
      expect([member.isRunning(), redis.isRunning()]).toEqual([true, true]);
    } finally {
      await Promise.all([member.stop(), redis.stop()]);
    }
  });
});
