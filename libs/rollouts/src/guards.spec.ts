import { type CandidateReport, type RolloutGuards } from '@nearscore/registry';
import { nodeEntryOf, nodeStreamOf } from '../../../test/fixtures/registry/node-entry';
import { rolloutOf } from '../../../test/fixtures/registry/rollout';
import { judge } from './guards';

const GUARDS: RolloutGuards = { minSamples: 200, maxErrorRate: 0.01, maxRunP99Ratio: 5, maxPsi: 0.25 };
const rollout = rolloutOf({ state: 'holding', epoch: 7 });

function reportOf(given: Partial<CandidateReport> = {}): CandidateReport {
  const same = { candidate: { 10: 100, 20: 100 }, live: { 10: 100, 20: 100 } };
  return {
    ...{ model: 'fraud', version: 2, samples: 200, failed: 0, compared: { samples: 200, failed: 0 }, shed: 0 },
    ...{ scores: same, runs: { candidate: { 5: 200 }, live: { 4: 200 } } },
    ...given,
  };
}

function node(id: string, candidate: CandidateReport, epoch = 7) {
  return { entry: nodeEntryOf({ id, streams: [nodeStreamOf('fraud', { epoch, candidate })] }), living: true };
}

const judged = (report: CandidateReport, guards: RolloutGuards = GUARDS) =>
  judge(rollout, guards, [node('n1', report)], (bucket) => bucket * 10);

describe('judge', () => {
  it('finds nothing against a candidate that does as the live version does', () => {
    expect(judged(reportOf())).toEqual({
      figures: { samples: 200, errorRate: 0, liveErrorRate: 0, runP99Ms: 50, liveRunP99Ms: 40, psi: 0 },
      isEnough: true,
      breaches: [],
    });
  });

  it('adds up what the nodes say of this epoch and this version, and nothing else', () => {
    const other = reportOf({ version: 9, failed: 1_000 });
    const nodes = [node('n1', reportOf()), node('n2', reportOf()), node('n3', reportOf(), 6), node('n4', other)];
    expect(judge(rollout, GUARDS, nodes, (bucket) => bucket).figures).toMatchObject({ samples: 400, errorRate: 0 });
  });

  it('waits for samples, however bad the first of them are', () => {
    const few = reportOf({ samples: 0, failed: 199 });
    expect(judged(few)).toMatchObject({ isEnough: false, breaches: [], figures: { errorRate: 1 } });
  });

  it('counts failures as samples: a candidate that can score nothing is found out', () => {
    const { breaches } = judged(reportOf({ samples: 0, failed: 200, scores: { candidate: {}, live: { 10: 200 } } }));
    expect(breaches).toEqual(["100.00 % of its records failed, 0.00 % of the live version's"]);
  });

  it('does not blame it for records that the live version cannot score either', () => {
    expect(judged(reportOf({ samples: 180, failed: 20, compared: { samples: 180, failed: 20 } })).breaches).toEqual([]);
  });

  it('blames it for no failures before anything was compared', () => {
    const unseen = { samples: 180, failed: 20, compared: { samples: 0, failed: 0 } };
    expect(judged(reportOf(unseen))).toMatchObject({ breaches: [], figures: { errorRate: 0.1, liveErrorRate: null } });
  });

  it('sees slow runs, but not in a handful of them', () => {
    const slow = (runs: number) => reportOf({ runs: { candidate: { 30: runs }, live: { 4: runs } } });
    expect(judged(slow(100)).breaches).toEqual(['p99 of a run 300.000 ms, 40.000 ms of the live version']);
    expect(judged(slow(99))).toMatchObject({ breaches: [], figures: { runP99Ms: null } });
    expect(judged(slow(100), { ...GUARDS, maxRunP99Ratio: null }).breaches).toEqual([]);
  });

  it('sees scores that are distributed otherwise, and waits for as many as that takes', () => {
    const moved = (count: number) => reportOf({ scores: { candidate: { 40: count }, live: { 10: count } } });
    expect(judged(moved(100)).breaches).toEqual([
      expect.stringMatching(/^its scores are distributed otherwise: PSI \d/),
    ]);
    expect(judged(moved(99))).toMatchObject({ isEnough: false, breaches: [], figures: { psi: null } });
    expect(judged(moved(99), { ...GUARDS, maxPsi: null })).toMatchObject({ isEnough: true, breaches: [] });
    expect(judged(reportOf({ scores: { candidate: {}, live: {} } }))).toMatchObject({ isEnough: true, breaches: [] });
  });
});
