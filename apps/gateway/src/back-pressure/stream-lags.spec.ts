import { leasesOf, nodeEntryOf, nodeStreamOf } from '../../../../test/fixtures/registry/node-entry';
import { type SeenNode } from '../nodes/node-sightings';
import { StreamLags } from './stream-lags';

const PARTITIONS = 10;
type Report = Parameters<typeof nodeStreamOf>[1];

/** A node that scores fraud, as it was seen. */
function seen(id: string, held: number, beatAtMs: number, report: Report = {}, living = true): SeenNode {
  const streams = [nodeStreamOf('fraud', report)];
  return { entry: nodeEntryOf({ id, leases: leasesOf(held), streams }), living, beatAtMs };
}

function setUp() {
  const lags = new StreamLags();
  const observe = (nowMs: number, ...nodes: SeenNode[]) => {
    lags.observe(nowMs, ['fraud'], nodes, PARTITIONS);
    return lags.of('fraud');
  };
  return { lags, observe };
}

describe('StreamLags, while all partitions are held', () => {
  test('adds up what the nodes say, and takes the oldest and the least headroom', () => {
    const { observe } = setUp();
    const a = seen('a', 5, 0, { unscored: 2, oldestUnscoredMs: 1500, scoredPerSecond: 10 });
    const b = seen('b', 5, 0, { unscored: 3, oldestUnscoredMs: 250, headroomSeconds: 40 });
    const c = seen('c', 0, 0, { headroomSeconds: 90 });
    expect(observe(0, a, b, c)).toEqual({
      ...{ unscoredRecords: 5, oldestUnscoredMs: 1500, scoredPerSecond: 10 },
      ...{ partitionsWithoutLease: 0, headroomSeconds: 40 },
    });
  });

  test('adds up what is scored again of the latest epoch', () => {
    const { observe } = setUp();
    const at = (id: string, before: number) => seen(id, 5, 0, { rescored: { before, partitions: 2, of: 5 } });
    expect(observe(0, at('a', 3), seen('b', 5, 0)).rescored).toEqual({ before: 3, partitions: 2, of: PARTITIONS });
    expect(observe(0, at('a', 3), at('b', 7)).rescored).toEqual({ before: 7, partitions: 2, of: PARTITIONS });
    expect(observe(0, at('a', 7), at('b', 7)).rescored).toEqual({ before: 7, partitions: 4, of: PARTITIONS });
  });

  test('has no lag of its own, however much is accepted', () => {
    const { lags, observe } = setUp();
    observe(0, seen('a', 10, 0));
    lags.accepted('fraud', 100);
    expect(observe(60_000, seen('a', 10, 60_000)).oldestUnscoredMs).toBe(0);
  });

  test('does not know streams that are not deployed', () => {
    const { lags, observe } = setUp();
    observe(0, seen('a', 10, 0, { oldestUnscoredMs: 9 }));
    expect(lags.of('other')).toMatchObject({ oldestUnscoredMs: 0, unscoredRecords: 0 });
    expect([...lags.entries()].map(([stream]) => stream)).toEqual(['fraud']);
  });
});

describe('StreamLags, when a holder is silent', () => {
  test('a record accepted since its last beat may wait since that beat', () => {
    const { lags, observe } = setUp();
    observe(1000, seen('a', 5, 1000), seen('b', 5, 1000));
    lags.accepted('fraud', 1200);
    observe(1500, seen('a', 5, 1500), seen('b', 5, 1000));
    const lag = observe(3000, seen('a', 5, 3000), seen('b', 5, 1000, {}, false));
    expect(lag).toMatchObject({ partitionsWithoutLease: 5, oldestUnscoredMs: 2000 });
    expect(observe(4000, seen('a', 5, 4000))).toMatchObject({ partitionsWithoutLease: 5, oldestUnscoredMs: 3000 });
  });

  test('nothing waits that was accepted before it; what is accepted later waits from then on', () => {
    const { lags, observe } = setUp();
    lags.accepted('fraud', 900);
    observe(1000, seen('a', 10, 1000));
    expect(observe(60_000, seen('a', 10, 1000, {}, false))).toMatchObject({
      ...{ partitionsWithoutLease: 10, oldestUnscoredMs: 0 },
    });
    lags.accepted('fraud', 61_000);
    lags.accepted('fraud', 62_000);
    expect(observe(64_000).oldestUnscoredMs).toBe(3000);
  });

  test('is over when all partitions are held again, and a later silence begins anew', () => {
    const { lags, observe } = setUp();
    observe(0, seen('a', 10, 0));
    lags.accepted('fraud', 100);
    expect(observe(5000).oldestUnscoredMs).toBe(5000);
    expect(observe(6000, seen('b', 9, 6000)).oldestUnscoredMs).toBe(6000);
    expect(observe(7000, seen('b', 10, 7000))).toMatchObject({ partitionsWithoutLease: 0, oldestUnscoredMs: 0 });
    expect(observe(9000)).toMatchObject({ partitionsWithoutLease: 10, oldestUnscoredMs: 0 });
  });

  test('a node that cannot score the stream holds nothing for it', () => {
    const { observe } = setUp();
    const without: SeenNode = { ...seen('b', 5, 0), entry: nodeEntryOf({ id: 'b', leases: leasesOf(5) }) };
    expect(observe(0, seen('a', 5, 0), without).partitionsWithoutLease).toBe(5);
  });

  test('a node that lost some leases says so itself: what is accepted after that beat may wait', () => {
    const { lags, observe } = setUp();
    observe(0, seen('a', 10, 0));
    observe(500, seen('a', 10, 500));
    lags.accepted('fraud', 600);
    expect(observe(1000, seen('a', 8, 1000)).partitionsWithoutLease).toBe(2);
    expect(observe(2000, seen('a', 8, 2000)).oldestUnscoredMs).toBe(1500);
  });
});

test('StreamLags, before any node scores the stream: what is accepted waits', () => {
  const { lags, observe } = setUp();
  lags.accepted('fraud', 100);
  expect(observe(500).oldestUnscoredMs).toBe(400);
  expect(observe(1000, seen('a', 10, 1000)).oldestUnscoredMs).toBe(0);
});
