import { encodeKey } from '@nearscore/records';
import { batchOf, EXAMPLE_ROWS, predictionsIn, ScoringRig } from '../../../../../test/fixtures/scoring/scoring-rig';
import { versionOfKey } from './version-of-key';

describe('the version of a key', () => {
  let rig: ScoringRig;
  beforeAll(async () => (rig = await ScoringRig.open()));
  afterAll(() => rig.close());

  it.each([{ mode: 'split', percent: 30 } as const, { mode: 'shadow', percent: 100 } as const, undefined])(
    'is the one that answers for it: %j',
    async (candidate) => {
      const scorer = rig.scorer(candidate);
      const batch = batchOf(EXAMPLE_ROWS);
      await scorer.score(batch);
      for (const [key, { model, version, epoch }] of predictionsIn(batch)) {
        const told = versionOfKey(scorer.deployed.deployment, encodeKey(key));
        expect(told).toEqual({ model, version, epoch: Number(epoch) });
      }
    },
  );

  it('is none where nothing is deployed', () => {
    expect(versionOfKey(undefined, encodeKey('a'))).toBeUndefined();
  });
});
