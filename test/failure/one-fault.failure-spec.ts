import { eventually } from '@nearscore/testkit';
import { projectPath } from '@nearscore/local-cluster';
import { partitionEntries } from './checkpoints/checkpoint-check';
import { type Fault } from './faults/fault';
import { emptied, joined, killed, left, paused, stopped } from './faults/host-faults';
import { FailureStage, type FaultTimes } from './failure-stage';
import { metricSum } from './node-metrics';
import { reportTimes } from './results/failure-results';

const MAIN = 'phishing';
/** Its journal holds 20 events per partition: less than comes while a dead node's lease runs. */
const SMALL = 'phishing-small';
const SMALL_CAPACITY = 620;
/** Longer than a lease (4 s) and all that follows it. */
const PAUSE_MS = 8_000;

describe('one fault at a time, under load', () => {
  let stage: FailureStage;
  const times: FaultTimes[] = [];

  beforeAll(async () => {
    stage = await FailureStage.open({
      seed: 1,
      logFolder: projectPath('.cache', 'logs', 'failure'),
      historyPath: projectPath('test-results', 'failure-history.jsonl'),
      workloads: [
        { stream: MAIN, recordsPerSecond: 200, keys: 600 },
        { stream: SMALL, recordsPerSecond: 100, keys: 300 },
      ],
      journalCapacity: { [SMALL]: SMALL_CAPACITY },
    });
    await stage.start();
  });

  afterAll(async () => {
    await stage?.stop();
    reportTimes(times);
  });

  const host = (number: number) => stage.cluster.host(number);
  const memberCount = () => stage.client.getCluster().getMembers().length;

  async function survive(fault: Fault): Promise<void> {
    const acknowledged = stage.totals().acknowledged;
    const before = stage.wrong().length;
    times.push(await stage.suffer(fault));
    await stage.verify();
    const wrong = stage.wrong().slice(before);
    expect({ count: wrong.length, first: wrong.slice(0, 5) }).toEqual({ count: 0, first: [] });
    // A fault that stopped all load would have shown nothing.
    expect(stage.totals().acknowledged - acknowledged).toBeGreaterThan(500);
  }

  it('kill -9 of a node', () => takenOver(1, killed(stage.cluster, host(1), ['node'])));

  it('a journal that overflows while a node is stopped: the loss is told, and repaired', async () => {
    const before = await lostAndRescanned();
    await takenOver(2, paused(host(2), 'node', PAUSE_MS));
    const after = await eventually(async () => {
      const now = await lostAndRescanned();
      expect(now.rescans).toBeGreaterThan(before.rescans);
      return now;
    });
    expect(after.lost).toBeGreaterThan(before.lost);
  });

  it('SIGSTOP of a node for longer than its lease, then SIGCONT', () =>
    takenOver(3, paused(host(3), 'node', PAUSE_MS)));

  it('graceful stop of a node', () => takenOver(1, stopped(stage.cluster, host(1), ['node'])));

  it('kill -9 of a member', () => missed(killed(stage.cluster, host(2), ['member'])));

  it('kill -9 of a member and its node together', () => missed(killed(stage.cluster, host(3), ['member', 'node'])));

  it('join of a member and a node', async () => {
    await survive(joined(stage.cluster, host(4)));
    expect(memberCount()).toBe(4);
    await eventually(async () => expect(await heldBy(4)).not.toEqual([]));
  });

  it('graceful stop of a member and its node', async () => {
    await missed(left(host(4)));
    expect(memberCount()).toBe(3);
    expect(await heldBy(4)).toEqual([]);
  });

  it('the whole grid restarted empty while nodes live', async () => {
    const { whenDead, whenBack } = stage.gridRestart;
    await missed(emptied(stage.cluster, whenDead, whenBack));
  });

  /** The fault had its effect: the node's partitions went to others. */
  async function takenOver(node: number, fault: Fault): Promise<void> {
    const before = await partitionEntries(stage.client);
    const its = await heldBy(node);
    expect(its).not.toEqual([]);
    await survive(fault);
    const after = await partitionEntries(stage.client);
    const kept = its.filter((partition) => after.get(partition)?.epoch === before.get(partition)?.epoch);
    expect(kept).toEqual([]);
  }

  /** The fault had its effect: the others missed a member. */
  async function missed(fault: Fault): Promise<void> {
    await survive(fault);
    expect(times.at(-1)?.detectedMs).toBeGreaterThan(0);
  }

  async function heldBy(node: number): Promise<number[]> {
    const entries = await partitionEntries(stage.client);
    const name = `${host(node).nameOf('node')}/`;
    return [...entries].filter(([, { holder }]) => holder?.startsWith(name)).map(([partition]) => partition);
  }

  async function lostAndRescanned(): Promise<{ lost: number; rescans: number }> {
    const [lost, rescans] = await Promise.all([
      metricSum(stage.cluster, 'nearscore_journal_lost_events_total', { stream: SMALL }),
      metricSum(stage.cluster, 'nearscore_partition_rescans_total', { stream: SMALL, reason: 'overflow' }),
    ]);
    return { lost, rescans };
  }
});
