import { encodeKey, shareOf } from '@nearscore/records';
import { eventually } from '@nearscore/testkit';
import {
  batchOf,
  EPOCH,
  EXAMPLE_ROWS,
  largestDifference,
  predictionsIn,
  ScoringRig,
} from '../../../../../test/fixtures/scoring/scoring-rig';

const TOLERANCE = 1e-5;
let rig: ScoringRig;

beforeEach(async () => (rig = await ScoringRig.open()));
afterEach(() => rig.close());

function isCandidates(key: string, percent: number): boolean {
  const data = encodeKey(key);
  return shareOf(data, 0, data.length, 'cases.1') < percent;
}

async function versionsAt(percent: number): Promise<Map<string, number>> {
  const batch = batchOf(EXAMPLE_ROWS);
  await rig.scorer({ mode: 'split', percent }).score(batch);
  return new Map([...predictionsIn(batch)].map(([key, { version }]) => [key, version]));
}

describe('a candidate for a share of the keys', () => {
  it('answers for exactly those, in batches that both share, and each prediction is what its version gives', async () => {
    const batch = batchOf(EXAMPLE_ROWS);
    // Several runs of each version in one batch.
    await rig.scorer({ mode: 'split', percent: 30 }, 100).score(batch);
    const predictions = predictionsIn(batch);
    expect(predictions.size).toBe(EXAMPLE_ROWS.length);
    for (const [key, { version, model, epoch, sourceSequence }] of predictions) {
      expect([version, model, Number(epoch)]).toEqual([isCandidates(key, 30) ? 2 : 1, 'breast-cancer', EPOCH]);
      expect(Number(sourceSequence)).toBe(EXAMPLE_ROWS.find((row) => row.key === key)?.sequence);
    }
    expect(largestDifference(predictions)).toBeLessThanOrEqual(TOLERANCE);
    expect(new Set([...predictions.values()].map(({ version }) => version))).toEqual(new Set([1, 2]));
  });

  it('keeps its keys when its share grows, and has all of them in the end', async () => {
    const steps = await Promise.all([1, 10, 50, 100].map((percent) => versionsAt(percent)));
    steps.reduce((before, after) => {
      for (const [key, version] of before) if (version === 2) expect(after.get(key)).toBe(2);
      return after;
    });
    const counts = steps.map((step) => [...step.values()].filter((version) => version === 2).length);
    expect(counts).toEqual([1, 10, 50, 100].map((p) => EXAMPLE_ROWS.filter(({ key }) => isCandidates(key, p)).length));
    expect(counts[3]).toBe(EXAMPLE_ROWS.length);
  });

  it('answers one record alone, whoever it belongs to', async () => {
    const scorer = rig.scorer({ mode: 'split', percent: 50 });
    for (const row of EXAMPLE_ROWS.slice(0, 20)) {
      const batch = batchOf([row]);
      await scorer.score(batch);
      expect(predictionsIn(batch).get(row.key)?.version).toBe(isCandidates(row.key, 50) ? 2 : 1);
    }
  });

  it('leaves what is not to be scored, and says why what cannot be scored has no prediction', async () => {
    const rows = EXAMPLE_ROWS.map((row, index) => {
      return { ...row, values: index % 7 === 0 ? undefined : index % 5 === 0 ? ('malformed' as const) : row.values };
    });
    const batch = batchOf(rows);
    const scorer = rig.scorer({ mode: 'split', percent: 40 });
    await scorer.score(batch);
    const malformed = rows.filter(({ values }) => values === 'malformed');
    expect(batch.failures).toHaveLength(malformed.length);
    expect(new Set(batch.failures.map(({ code }) => code))).toEqual(new Set(['WRONG_LENGTH']));
    expect(new Set(batch.failures.map(({ row }) => row)).size).toBe(malformed.length);
    const good = rows.filter(({ values }) => values !== undefined && values !== 'malformed');
    expect(new Set(predictionsIn(batch).keys())).toEqual(new Set(good.map(({ key }) => key)));
    expect(scorer.candidateReport()).toMatchObject({
      ...{ model: 'breast-cancer', version: 2, shed: 0 },
      samples: good.filter(({ key }) => isCandidates(key, 40)).length,
      failed: malformed.filter(({ key }) => isCandidates(key, 40)).length,
    });
  });

  it('is compared with the live version on the same records, and nobody gets those predictions', async () => {
    const scorer = rig.scorer({ mode: 'split', percent: 50 });
    const batch = batchOf(EXAMPLE_ROWS);
    await scorer.score(batch);
    const before = [...predictionsIn(batch)];
    const report = () => scorer.candidateReport();
    await eventually(() => expect(report()?.compared.samples).toBeGreaterThan(200));
    await eventually(() => expect(sum(report()?.scores.live)).toBe(report()?.compared.samples));
    const { compared, scores, runs } = report() ?? {};
    expect([sum(scores?.candidate), sum(scores?.live)]).toEqual([compared?.samples, compared?.samples]);
    expect(scores?.candidate).not.toEqual(scores?.live);
    expect(sum(runs?.candidate)).toBe(sum(runs?.live));
    expect(sum(runs?.live)).toBeGreaterThanOrEqual(200 / 16);
    expect([...predictionsIn(batch)]).toEqual(before);
  });

  it('counts compared records that the live version cannot score', async () => {
    const scorer = rig.scorer({ mode: 'split', percent: 100 });
    await scorer.score(batchOf(EXAMPLE_ROWS.slice(0, 10).map((row) => ({ ...row, values: 'malformed' as const }))));
    await eventually(() =>
      expect(scorer.candidateReport()).toMatchObject({
        failed: 10,
        compared: { samples: 0, failed: 10 },
        scores: { live: {} },
      }),
    );
  });

  it('has no use for its sessions once it is closed, also with a comparison under way', async () => {
    const scorer = rig.scorer({ mode: 'split', percent: 50 });
    await scorer.score(batchOf(EXAMPLE_ROWS));
    await eventually(() => expect(scorer.candidateReport()?.compared.samples).toBeGreaterThan(0));
    await scorer.close();
    const { compared } = scorer.candidateReport() ?? {};
    await rig.close();
    rig = await ScoringRig.open();
    expect(scorer.candidateReport()?.compared).toEqual(compared);
  });
});

function sum(counts: Readonly<Record<string, number>> | undefined): number {
  return Object.values(counts ?? {}).reduce((total, count) => total + count, 0);
}
