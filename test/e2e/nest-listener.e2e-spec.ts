import { readFileSync } from 'node:fs';
import { projectPath } from '@nearscore/local-cluster';
import { PredictionRecord, predictionSerializer } from '@nearscore/records';
import {
  eventually,
  startMember,
  startProcess,
  testLogPath,
  type TestMember,
  type TestProcess,
} from '@nearscore/testkit';
import { Client, type IMap } from 'hazelcast-client';
import { type Stack, startStack } from './stack';

const PREDICTIONS = 30_000;
const KEYS = 2_000;
const MAP = 'predictions.phishing';

/** The app of docs/listen-nest.md, as it is printed there. */
async function startListener({ address, clusterName }: TestMember): Promise<TestProcess> {
  const logPath = testLogPath('nest-listener');
  const register = projectPath('test', 'fixtures', 'typescript-register.cjs');
  const main = projectPath('docs', 'examples', 'nest-listener', 'src', 'main.ts');
  return startProcess({
    name: 'nest-listener',
    command: process.execPath,
    args: ['-r', register, main, address, clusterName],
    env: { NO_COLOR: '1' },
    logPath,
    isReady: () => Promise.resolve(/microservice successfully started/.test(readFileSync(logPath, 'utf8'))),
    readyTimeoutMs: 60_000,
    stopTimeoutMs: 15_000,
  });
}

/** What it told of, line by line: `<key> <partition>/<sequence> <what>`. */
function toldBy({ logPath }: TestProcess): { key: string; partition: number; sequence: number; what: string }[] {
  const lines = readFileSync(logPath, 'utf8').matchAll(/\[AlertsController\] (\S+) (\d+)\/(\d+) (.*)/g);
  return [...lines].map(([, key = '', partition, sequence, what = '']) => {
    return { key, partition: Number(partition), sequence: Number(sequence), what };
  });
}

const placesOf = (listener: TestProcess): string[] =>
  toldBy(listener).map(({ partition, sequence }) => `${partition}/${sequence}`);

const slowly = { timeoutMs: 60_000, everyMs: 250 };

describe('the app of docs/listen-nest.md against a running system', () => {
  let stack: Stack;
  let listener: TestProcess | undefined;

  beforeAll(async () => {
    stack = await startStack();
    await stack.deployExample('phishing', 1);
  });

  afterAll(async () => {
    await listener?.stop();
    await stack?.stop();
  });

  it('puts a record and tells of its prediction', async () => {
    listener = await startListener(stack.member);
    const told = await eventually(() => {
      const found = listener && toldBy(listener).find(({ key }) => key === 'my-page');
      expect(found).toBeDefined();
      return found;
    });
    const stored = await stack.api<{ partition: number; label: string; score: number }>(
      'GET',
      '/v1/streams/phishing/predictions/my-page',
    );
    expect(told).toMatchObject({ partition: stored.partition, what: `${stored.label} ${stored.score.toFixed(9)}` });
  });

  it('tells of removals', async () => {
    await stack.api('DELETE', '/v1/streams/phishing/records/my-page');
    await eventually(() =>
      expect(listener && toldBy(listener).at(-1)).toMatchObject({ key: 'my-page', what: 'removed' }),
    );
  });
});

describe('processes of one group', () => {
  const listeners: TestProcess[] = [];
  let member: TestMember;
  let client: Client;
  let map: IMap<string, PredictionRecord>;
  let written = 0;

  beforeAll(async () => {
    member = await startMember();
    client = await Client.newHazelcastClient({
      clusterName: member.clusterName,
      network: { clusterMembers: [member.address] },
      serialization: { compact: { serializers: [predictionSerializer as never] } },
      properties: { 'hazelcast.logging.level': 'ERROR' },
    });
    map = await client.getMap(MAP);
  });

  afterAll(async () => {
    for (const listener of listeners) await listener.stop();
    await client?.shutdown();
    await member?.stop();
  });

  async function start(): Promise<TestProcess> {
    const listener = await startListener(member);
    listeners.push(listener);
    return listener;
  }

  async function write(count: number): Promise<void> {
    for (const until = written + count; written < until;) {
      const size = Math.min(100, until - written);
      await map.setAll(Array.from({ length: size }, () => prediction(written++)));
    }
  }

  async function writeWhile(isWanted: () => boolean): Promise<void> {
    while (isWanted()) await write(100);
  }

  function prediction(number: number): [string, PredictionRecord] {
    const at = Date.now();
    return [`key-${number % KEYS}`, new PredictionRecord(0.5, 'safe', [0.5], 'm', 1, 1, number, BigInt(number), at)];
  }

  it('miss nothing and keep the order when one is killed, and another comes, in the middle', async () => {
    const first = await start();
    const second = await start();
    let isKilled = false;
    const writing = writeWhile(() => !isKilled || written < PREDICTIONS);
    await eventually(() => {
      expect(toldBy(first).length).toBeGreaterThan(1_000);
      expect(toldBy(second).length).toBeGreaterThan(1_000);
    }, slowly);
    await first.kill();
    isKilled = true;
    await start();
    await writing;
    await eventually(() => expect(new Set(listeners.flatMap(placesOf)).size).toBe(written), slowly);
    for (const listener of listeners) expect(outOfOrder(listener)).toEqual([]);
    expect(toldBy(first).length).toBeLessThan(written);
  });

  it('tell nothing twice when they are stopped and started', async () => {
    for (const listener of listeners) await listener.stop();
    await write(500);
    const next = await start();
    await eventually(() => expect(toldBy(next).length).toBeGreaterThanOrEqual(500), slowly);
    await write(1);
    await eventually(() => expect(toldBy(next).length).toBeGreaterThanOrEqual(501), slowly);
    expect(new Set(placesOf(next)).size).toBe(501);
    expect(toldBy(next)).toHaveLength(501);
  });

  it('miss nothing when one is paused for longer than its lease, which then takes part again', async () => {
    const paused = await start();
    const tellsMoreThan = (told: number): Promise<void> =>
      eventually(async () => {
        await write(100);
        expect(toldBy(paused).length).toBeGreaterThan(told);
      }, slowly);
    const nothingIsMissing = (): Promise<void> =>
      eventually(() => expect(new Set(listeners.flatMap(placesOf)).size).toBe(written), slowly);
    await tellsMoreThan(100);
    paused.signal('SIGSTOP');
    await write(1_000);
    await nothingIsMissing();
    const before = toldBy(paused).length;
    paused.signal('SIGCONT');
    await tellsMoreThan(before + 100);
    await nothingIsMissing();
    expect(readFileSync(paused.logPath, 'utf8')).toMatch(/partitions lost to/);
  });
});

/** A partition's events, and so those of a key, come in the order of their sequences. */
function outOfOrder(listener: TestProcess): string[] {
  const last = new Map<number, number>();
  return toldBy(listener).flatMap(({ key, partition, sequence }) => {
    const before = last.get(partition) ?? -1;
    last.set(partition, sequence);
    return sequence > before ? [] : [`${key}: ${sequence} after ${before}`];
  });
}
