import { type Deployment } from '@nearscore/registry';
import { nodeEntryOf, nodeStreamOf } from '../../../../test/fixtures/registry/node-entry';
import { type StreamLag } from '../back-pressure/stream-lags';
import { type Finding, worstOf } from './finding';
import { clockFindings, nodeFindings, versionFindings } from './node-findings';
import { redisFindings } from './redis-findings';
import { streamFindings } from './stream-findings';

const seen = (entry: Parameters<typeof nodeEntryOf>[0], living = true) => ({
  ...{ entry: nodeEntryOf(entry), living, beatAtMs: 0 },
});
const shown = (findings: readonly Finding[]): string[] =>
  findings.map(({ check, subject, status, message }) => `${status} ${check} ${subject ?? '*'}: ${message}`);

describe('nodeFindings', () => {
  it('knows those that take part, and those that do not', () => {
    const nodes = [
      seen({ id: 'a' }),
      seen({ id: 'b', serving: false }),
      seen({ id: 'c', ready: false }),
      seen({ id: 'd' }, false),
    ];
    expect(shown(nodeFindings(nodes))).toEqual([
      'ok nodes *: 1 ready',
      'warn nodes b: serves nothing',
      'warn nodes c: serves, but is not ready',
      'warn nodes d: says nothing any more',
    ]);
  });

  it('fails when none does', () => {
    expect(shown(nodeFindings([seen({}, false)]))).toEqual(['fail nodes *: none of 1 known node is ready']);
    expect(worstOf(nodeFindings([]))).toBe('fail');
  });
});

describe('versionFindings', () => {
  const members = (...versions: string[]) =>
    versions.map((version) => ({ uuid: version, host: 'm', port: 1, version }));

  it('is fine with one software everywhere', () => {
    expect(shown(versionFindings('0.1.0', [seen({})], members('5.7.0', '5.7.0')))).toEqual([
      'ok versions *: gateway and nodes are 0.1.0',
      'ok versions *: 2 members of Hazelcast 5.7.0',
    ]);
  });

  it('doubts another one, of nodes that live and of members', () => {
    const nodes = [
      seen({ id: 'old', softwareVersion: '0.0.9' }),
      seen({ id: 'gone', softwareVersion: '0.0.8' }, false),
    ];
    expect(shown(versionFindings('0.1.0', nodes, members('5.7.0', '5.7.1')))).toEqual([
      'warn versions old: is 0.0.9, the gateway 0.1.0',
      'warn versions *: 2 members of Hazelcast 5.7.0, 5.7.1',
    ]);
    expect(shown(versionFindings('0.1.0', [], members('4.2.8')))).toContain(
      'warn versions *: 1 member of Hazelcast 4.2.8: nothing is known of 4.2.8',
    );
  });
});

describe('clockFindings', () => {
  it.each([
    [120, 'ok clock n: 120 ms ahead of'],
    [-999, 'ok clock n: 999 ms behind'],
    [1_000, 'warn clock n: 1000 ms ahead of'],
    [-61_000, 'fail clock n: 61000 ms behind'],
    [undefined, 'warn clock n: told no time'],
  ])('%s ms is %s', (skew, text) => {
    expect(shown(clockFindings(new Map([['n', skew]])))[0]).toContain(text);
  });
});

describe('redisFindings', () => {
  const up = { up: true, latencyMs: 1, version: '7.2.5', maxmemoryPolicy: 'noeviction', warning: null } as const;

  it('wants a known version that evicts nothing', () => {
    expect(worstOf(redisFindings(up))).toBe('ok');
    expect(worstOf(redisFindings({ ...up, version: '6.2.11' }))).toBe('ok');
    expect(shown(redisFindings({ ...up, version: '6.0.16' }))).toContain('fail redis *: is 6.0.16');
    expect(shown(redisFindings({ ...up, maxmemoryPolicy: 'allkeys-lru' }))).toContain(
      'fail redis *: maxmemory-policy is allkeys-lru: jobs may be evicted',
    );
  });

  it('only doubts what a Redis that hides fields of INFO does not tell', () => {
    expect(shown(redisFindings({ ...up, version: 'unknown', maxmemoryPolicy: 'unknown' }))).toEqual([
      'warn redis *: INFO does not tell its redis_version',
      'warn redis *: INFO does not tell its maxmemory_policy',
    ]);
  });

  it('says what does not work without it', () => {
    expect(shown(redisFindings({ up: false, reason: 'ECONNREFUSED' }))[0]).toMatch(
      /^fail .*\(ECONNREFUSED\): rollouts are refused/,
    );
  });
});

describe('streamFindings', () => {
  const deployment = { stream: 'pages', model: 'phishing', version: 2, epoch: 5 } as Deployment;
  const lag: StreamLag = {
    ...{ unscoredRecords: 0, oldestUnscoredMs: 0, scoredPerSecond: 0 },
    ...{ partitionsWithoutLease: 0, headroomSeconds: null },
  };
  const applying = (id: string, epoch: number) => seen({ id, streams: [nodeStreamOf('pages', { epoch })] });
  const found = (change: Partial<StreamLag>, nodes = [applying('a', 5)], maxUnscoredAgeSeconds = 10): string[] =>
    shown(streamFindings({ deployment, lag: { ...lag, ...change }, maxUnscoredAgeSeconds }, nodes, 271));

  it('is fine when all is scored by what is deployed', () => {
    expect(found({})).toEqual([
      'ok leases pages: all 271 partitions are scored',
      'ok headroom pages: no journal overwrites anything yet',
      'ok lag pages: 0 records unscored, the oldest for 0 s',
      'ok deployment pages: phishing 2, epoch 5, on 1 node',
    ]);
  });

  it.each([
    [15, 'ok headroom pages: 15 s'],
    [14.96, 'warn headroom pages: 15 s'],
    [4.9, 'fail headroom pages: 4.9 s'],
  ])('%s s of headroom are %s', (headroomSeconds, text) => {
    expect(found({ headroomSeconds })[1]).toContain(text);
  });

  it('fails where partitions are scored by nobody', () => {
    expect(found({ partitionsWithoutLease: 3 })[0]).toBe('fail leases pages: 3 of 271 partitions are scored by nobody');
  });

  it('doubts a stream whose writers are refused, if any are', () => {
    const behind = { unscoredRecords: 7, oldestUnscoredMs: 10_000 };
    expect(found(behind)[2]).toBe('warn lag pages: 7 records unscored, the oldest for 10 s: writers are refused');
    expect(found(behind, undefined, 0)[2]).toMatch(/^ok/);
  });

  it('names the nodes that apply something else', () => {
    const nodes = [applying('a', 5), applying('b', 4), seen({ id: 'c' }), seen({ id: 'd', serving: false })];
    expect(found({}, nodes).slice(3)).toEqual([
      'warn deployment pages: b applies epoch 4, deployed is 5',
      'warn deployment pages: c applies epoch 0, deployed is 5',
    ]);
  });
});
