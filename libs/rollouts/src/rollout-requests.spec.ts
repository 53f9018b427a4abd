import { type Rollout, type StreamRollouts } from '@nearscore/registry';
import { rolloutOf as made } from '../../../test/fixtures/registry/rollout';
import { cancelled, promoted } from './rollout-change';
import { changeRollout, startRollout, streamOfRollout } from './rollout-requests';

/** One entry; each of `rivals` changes it once, just before a write. */
function storeOf(entry: StreamRollouts | undefined, ...rivals: readonly Rollout[]) {
  let current = entry;
  const waiting = [...rivals];
  return {
    now: () => current?.rollouts,
    get: () => Promise.resolve(current),
    change: (before: StreamRollouts | undefined, rollout: Rollout) => {
      const rival = waiting.shift();
      if (rival) current = { stream: rival.stream, rollouts: [rival] };
      if (before !== current) return Promise.resolve(undefined);
      current = { stream: rollout.stream, rollouts: [rollout] };
      return Promise.resolve(current);
    },
  };
}

const entryOf = (rollout: Rollout): StreamRollouts => ({ stream: rollout.stream, rollouts: [rollout] });
const begin = (number: number) => Promise.resolve(made({ number, id: `fraud.${number}` }));

describe('startRollout', () => {
  it('gives the next number', async () => {
    expect(await startRollout(storeOf(undefined), 'fraud', begin)).toMatchObject({ id: 'fraud.1' });
    const ended = entryOf(made({ number: 7, state: 'aborted', endedAt: 2_000 }));
    expect(await startRollout(storeOf(ended), 'fraud', begin)).toMatchObject({ id: 'fraud.8' });
  });

  it('is refused while one is under way, also when that began just now', async () => {
    const refused = { code: 'ROLLOUT_RUNNING', details: { rollout: 'fraud.1', state: 'preparing' } };
    await expect(startRollout(storeOf(entryOf(made())), 'fraud', begin)).rejects.toMatchObject(refused);
    await expect(startRollout(storeOf(undefined, made()), 'fraud', begin)).rejects.toMatchObject(refused);
  });

  it('says so when others began and ended one meanwhile', async () => {
    const rival = made({ state: 'aborted', endedAt: 2_000 });
    const conflict = { code: 'ROLLOUT_CONFLICT', retriable: true };
    await expect(startRollout(storeOf(undefined, rival), 'fraud', begin)).rejects.toMatchObject(conflict);
  });
});

describe('changeRollout', () => {
  const cancel = (rollout: Rollout): Rollout => cancelled(rollout, 5_000);

  it('looks again when the rollout went on meanwhile: then it is rolled back, not aborted', async () => {
    const store = storeOf(entryOf(made()), made({ state: 'committing' }));
    expect(await changeRollout(store, 'fraud.1', cancel)).toMatchObject({ state: 'rolling-back', endedAt: null });
    expect(store.now()).toMatchObject([{ state: 'rolling-back' }]);
  });

  it('changes nothing where that is how it is already', async () => {
    const rollout = made({ state: 'rolling-back' });
    expect(await changeRollout(storeOf(entryOf(rollout)), 'fraud.1', cancel)).toBe(rollout);
  });

  it.each(['fraud.2', 'other.1', 'fraud', 'fraud.0', '../x.1', ''])('does not know %j', async (id) => {
    const store = storeOf(entryOf(made()));
    await expect(async () => changeRollout(store, id, cancel)).rejects.toMatchObject({ code: 'ROLLOUT_NOT_FOUND' });
  });

  it('tells a stream whose name has numbers from its number', () => {
    expect(streamOfRollout('fraud.2.13')).toBe('fraud.2');
  });
});

describe('cancelled', () => {
  const refused = expect.objectContaining({ code: 'ROLLOUT_STATE' });

  it('aborts what has changed nothing, and rolls back the rest', () => {
    expect(cancelled(made(), 5_000)).toMatchObject({ state: 'aborted', endedAt: 5_000, reason: { code: 'CANCELLED' } });
    for (const state of ['committing', 'settling', 'holding'] as const) {
      expect(cancelled(made({ state }), 5_000)).toMatchObject({ state: 'rolling-back', changedAt: 5_000 });
    }
  });

  it('leaves a first deployment, which has nothing to go back to', () => {
    expect(() => cancelled(made({ state: 'committing', from: null }), 5_000)).toThrow(refused);
    expect(cancelled(made({ state: 'settling', from: null }), 5_000)).toMatchObject({ state: 'aborted' });
  });

  it.each(['completed', 'aborted', 'rolled-back'] as const)('is too late for one that is %s', (state) => {
    expect(() => cancelled(made({ state }), 5_000)).toThrow(refused);
  });

  it('takes no time back', () => {
    expect(cancelled(made(), 1)).toMatchObject({ changedAt: 1_000, endedAt: 1_000 });
  });
});

describe('promoted', () => {
  it('goes to the last step at once, from one that is held', () => {
    const guards = { minSamples: 1, maxErrorRate: 1, maxRunP99Ratio: null, maxPsi: null };
    const steps = [1, 10, 50].map((percent) => ({ percent, holdSeconds: 60 }));
    const strategy: Rollout['strategy'] = { type: 'canary', steps, guards };
    expect(promoted(made({ state: 'holding', strategy }), 5_000)).toMatchObject({ state: 'committing', step: 3 });
    expect(() => promoted(made({ strategy }), 5_000)).toThrow(expect.objectContaining({ code: 'ROLLOUT_STATE' }));
  });
});
