import { LookCount } from '../models/look-count';
import { PrepareAnswers } from './prepare-answers';
import { type RolloutStates } from './rollout-preparation';

type State = RolloutStates[number]['state'];

function setUp() {
  const looks = new LookCount();
  const answers = new PrepareAnswers(looks);
  const done: string[] = [];
  const ask = (rollout: string): void => void answers.of(rollout).then(() => done.push(rollout));
  const announce = async (states: Record<string, State>): Promise<string[]> => {
    answers.announced(Object.entries(states).map(([id, state]) => ({ id, state, reason: null })));
    await Promise.resolve();
    return done;
  };
  const look = (): void => {
    looks.begins();
    looks.ends();
  };
  return { looks, answers, ask, announce, look, done };
}

describe('PrepareAnswers', () => {
  it('answers when the entry says that it is prepared, or has failed', async () => {
    const { ask, announce } = setUp();
    ask('fraud.1');
    ask('spam.7');
    expect(await announce({ 'fraud.1': 'preparing', 'spam.7': 'preparing' })).toEqual([]);
    expect(await announce({ 'fraud.1': 'prepared', 'spam.7': 'preparing' })).toEqual(['fraud.1']);
    expect(await announce({ 'fraud.1': 'prepared', 'spam.7': 'failed' })).toEqual(['fraud.1', 'spam.7']);
  });

  it('waits for a rollout of which the entry does not speak yet, until a look that began later found none', async () => {
    const { looks, ask, announce, look } = setUp();
    look();
    looks.begins();
    ask('fraud.1');
    looks.ends();
    expect(await announce({})).toEqual([]);
    looks.begins();
    expect(await announce({})).toEqual([]);
    looks.ends();
    expect(await announce({})).toEqual(['fraud.1']);
  });

  it('answers a job that comes twice twice', async () => {
    const { ask, announce } = setUp();
    ask('fraud.1');
    ask('fraud.1');
    expect(await announce({ 'fraud.1': 'prepared' })).toEqual(['fraud.1', 'fraud.1']);
  });

  it('leaves nobody waiting when it gives up', async () => {
    const { answers, ask, done } = setUp();
    ask('fraud.1');
    answers.giveUp();
    await Promise.resolve();
    expect(done).toEqual(['fraud.1']);
  });
});
