import { createMetricsRegistry, NodeMetrics, type ScoringSnapshot } from '@nearscore/metrics';
import { announcedHost, type AppliedEpochs, NodeAnnouncement } from './node-announcement';
import { StreamRates } from './stream-rates';

const counts = {
  ...{ failed: {}, removed: 0, lost: 4, rescans: { overflow: 1 }, recordsRead: 10, recordsReadOwnMember: 8, scored: 9 },
  ...{ replaySkipped: 3, repaired: 1, rescored: 0 },
};
const snapshot: ScoringSnapshot = {
  counts: {
    busyMs: 0,
    checkpointsWritten: 0,
    leases: { takeovers: 2, lost: 1, fenced: 0 },
    streams: { fraud: counts },
    stages: {},
    batches: { sum: 0, count: 0, buckets: [] },
  },
  state: {
    partitions: 5,
    leases: { held: 4, waiting: 1 },
    streams: {
      fraud: {
        ...{ epoch: 2, version: 7, unscored: 1, oldestUnscoredMs: 3, headroomSeconds: 9 },
        rescored: { before: 2, partitions: 3, of: 4 },
      },
    },
  },
};

/** What all lanes apply. */
const applied = (epochs: Record<string, { epoch: number; version: number }>): AppliedEpochs => ({
  streams: () => Object.keys(epochs),
  appliedOf: (stream) => epochs[stream] ?? { epoch: 0, version: 0 },
});

describe('NodeAnnouncement', () => {
  it('says what the lanes did and where the node is', () => {
    const { lanes } = new NodeMetrics(createMetricsRegistry({ processMetrics: false }));
    lanes.update(0, snapshot);
    lanes.update(1, snapshot);
    const identity = { id: 'a', host: '10.0.0.7', port: 8100, startedAt: 1 };
    const announcement = new NodeAnnouncement(identity, lanes, applied({ fraud: { epoch: 3, version: 8 } }));
    const rollouts = [{ id: 'fraud.2', state: 'prepared' as const, reason: null }];
    expect(announcement.next('m0', { ready: true, serving: false, rollouts })).toEqual({
      ...identity,
      beats: 1,
      memberUuid: 'm0',
      lanes: [
        { lane: 0, partitions: 5, leases: 4 },
        { lane: 1, partitions: 5, leases: 4 },
      ],
      leases: { held: 8, waiting: 2, takeovers: 4, lost: 2, fenced: 0 },
      recordsRead: 20,
      recordsReadFromOwnMember: 16,
      streams: [
        {
          ...{ stream: 'fraud', epoch: 3, version: 8, unscored: 2, oldestUnscoredMs: 3, headroomSeconds: 9 },
          rescored: { before: 2, partitions: 6, of: 8 },
          ...{ scoredPerSecond: 0, lostEvents: 8, rescans: { overflow: 2 }, repairs: 2, replaySkips: 6 },
        },
      ],
      ready: true,
      serving: false,
      rollouts,
      heartbeatAt: expect.any(Number),
      softwareVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
  });

  it('tells of a stream as soon as lanes have answered, and of one that they do not apply', () => {
    const { lanes } = new NodeMetrics(createMetricsRegistry({ processMetrics: false }));
    const fresh = applied({ spam: { epoch: 1, version: 4 } });
    const announcement = new NodeAnnouncement({ id: 'a', host: 'h', port: 1, startedAt: 1 }, lanes, fresh);
    const epochs = () =>
      announcement.next(null, { ready: true, serving: true }).streams.map(({ stream, epoch }) => [stream, epoch]);
    expect(epochs()).toEqual([['spam', 1]]);
    lanes.update(0, snapshot);
    expect(epochs()).toEqual([
      ['fraud', 0],
      ['spam', 1],
    ]);
  });

  it('tells what was seen of a candidate only with the epoch that it was seen in', () => {
    const { lanes } = new NodeMetrics(createMetricsRegistry({ processMetrics: false }));
    const none = { candidate: {}, live: {} };
    const candidate = { model: 'm', version: 8, samples: 500, failed: 0, shed: 0, compared: { samples: 9, failed: 0 } };
    const seen = { ...candidate, scores: none, runs: none };
    const fraud = { epoch: 2, version: 7, unscored: 0, oldestUnscoredMs: 0, headroomSeconds: null, candidate: seen };
    lanes.update(0, { ...snapshot, state: { ...snapshot.state, streams: { fraud } } });
    const told = (epoch: number) => {
      const own = { id: 'a', host: 'h', port: 1, startedAt: 1 };
      const announcement = new NodeAnnouncement(own, lanes, applied({ fraud: { epoch, version: 7 } }));
      return announcement.next(null, { ready: true, serving: true }).streams[0]?.candidate;
    };
    expect(told(2)).toEqual(seen);
    expect(told(3)).toBeUndefined();
  });

  it('beats anew each time', () => {
    const { lanes } = new NodeMetrics(createMetricsRegistry({ processMetrics: false }));
    const announcement = new NodeAnnouncement({ id: 'a', host: 'h', port: 1, startedAt: 1 }, lanes, applied({}));
    expect([1, 2, 3].map(() => announcement.next(null, { ready: true, serving: true }).beats)).toEqual([1, 2, 3]);
  });

  it('announces no wildcard address', () => {
    expect(announcedHost('127.0.0.1')).toBe('127.0.0.1');
    expect(announcedHost('0.0.0.0')).not.toBe('0.0.0.0');
  });
});

describe('StreamRates', () => {
  it('is the slope over the last ten samples', () => {
    const rates = new StreamRates();
    expect(rates.perSecond('fraud')).toBe(0);
    for (let second = 0; second <= 20; second++) {
      const scored = second <= 10 ? 0 : (second - 10) * 100;
      rates.sample(second * 1000, new Map([['fraud', scored]]));
    }
    expect(rates.perSecond('fraud')).toBe(100);
    expect(rates.perSecond('other')).toBe(0);
  });
});
