import { eventually } from '@nearscore/testkit';
import { projectPath } from '@nearscore/local-cluster';
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

  it('kill -9 of a node', () => survive(killed(stage.cluster, host(1), ['node'])));

  it('a journal that overflows while a node is stopped: the loss is told, and repaired', async () => {
    const before = await lostAndRescanned();
    await survive(paused(host(2), 'node', PAUSE_MS));
    const after = await eventually(async () => {
      const now = await lostAndRescanned();
      expect(now.rescans).toBeGreaterThan(before.rescans);
      return now;
    });
    expect(after.lost).toBeGreaterThan(before.lost);
  });

  it('SIGSTOP of a node for longer than its lease, then SIGCONT', () => survive(paused(host(3), 'node', PAUSE_MS)));

  it('graceful stop of a node', () => survive(stopped(stage.cluster, host(1), ['node'])));

  it('kill -9 of a member', async () => {
    await survive(killed(stage.cluster, host(2), ['member']));
    expect(memberCount()).toBe(3);
  });

  it('kill -9 of a member and its node together', () => survive(killed(stage.cluster, host(3), ['member', 'node'])));

  it('join of a member and a node', async () => {
    await survive(joined(stage.cluster, host(4)));
    expect(memberCount()).toBe(4);
  });

  it('graceful stop of a member and its node', async () => {
    await survive(left(host(4)));
    expect(memberCount()).toBe(3);
  });

  it('the whole grid restarted empty while nodes live', async () => {
    const { whenDead, whenBack } = stage.gridRestart;
    await survive(emptied(stage.cluster, whenDead, whenBack));
  });

  async function lostAndRescanned(): Promise<{ lost: number; rescans: number }> {
    const [lost, rescans] = await Promise.all([
      metricSum(stage.cluster, 'nearscore_journal_lost_events_total', { stream: SMALL }),
      metricSum(stage.cluster, 'nearscore_partition_rescans_total', { stream: SMALL, reason: 'overflow' }),
    ]);
    return { lost, rescans };
  }
});
