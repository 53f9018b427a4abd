import { GridUnavailableError } from '@nearscore/grid';
import { createLogger } from '@nearscore/logging';
import { type ModelConfig } from '@nearscore/records';
import { ModelBytesError, type Rollout } from '@nearscore/registry';
import { rolloutOf } from '../../../../test/fixtures/registry/rollout';
import { type LaneModel } from '../lane/lane-messages';
import { LaneOutcomes } from '../lanes/lane-outcomes';
import { ModelCache } from '../models/model-cache';
import { RolloutPreparation } from './rollout-preparation';

const config = { inputs: [] } as unknown as ModelConfig;
const shaOf = (version: number): string => String(version).repeat(64);
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(...underWay: Rollout[]) {
  const grid = { rollouts: underWay, broken: new Map<number, Error>() };
  const told: number[][] = [];
  const outcomes = new LaneOutcomes(1);
  const models = new ModelCache({
    model: (_model, version) => Promise.resolve({ sha256: shaOf(version), config }),
    bytes: ({ sha256 }) => {
      const error = grid.broken.get(Number(sha256[0]));
      return error ? Promise.reject(error) : Promise.resolve(Buffer.from(sha256));
    },
  });
  const onFetched = jest.fn(() => preparation.apply());
  const prepare = (list: readonly LaneModel[]): void => void told.push(list.map(({ version }) => version));
  const preparation: RolloutPreparation = new RolloutPreparation({
    rollouts: () => Promise.resolve(grid.rollouts.map((it) => ({ stream: it.stream, rollouts: [it] }))),
    ...{ models, lanes: { prepare, outcomes }, onFetched, logger: createLogger('test', 'silent') },
  });
  const look = async (): Promise<void> => {
    await preparation.read();
    preparation.apply();
    await settled();
  };
  return { grid, told, outcomes, models, onFetched, preparation, look };
}

const rollout = rolloutOf();
const stateIs = (state: string, reason: unknown = null) => [{ id: rollout.id, state, reason }];

describe('RolloutPreparation', () => {
  it('has lanes load what comes and what is live, and follows what they answer', async () => {
    const { told, outcomes, preparation, look } = setUp(rollout);
    await look();
    expect(told.at(-1)).toEqual([2, 1]);
    expect(preparation.states()).toEqual(stateIs('preparing'));
    outcomes.prepared(0, rollout.to, undefined);
    expect(preparation.states()).toEqual(stateIs('prepared'));
    outcomes.prepared(0, rollout.to, 'no memory');
    expect(preparation.states()).toEqual(stateIs('failed', 'no memory'));
  });

  it('tells lanes nothing anew while nothing changes', async () => {
    const { told, look } = setUp(rollout);
    await look();
    const before = told.length;
    await look();
    expect(told).toHaveLength(before);
  });

  it('keeps both through every state, and neither when the rollout has ended', async () => {
    const { grid, told, preparation, look } = setUp(rollout);
    await look();
    for (const state of ['committing', 'settling', 'holding', 'rolling-back'] as const) {
      grid.rollouts = [{ ...rollout, state }];
      await look();
      expect([told.at(-1), preparation.models().length]).toEqual([[2, 1], 2]);
    }
    grid.rollouts = [{ ...rollout, state: 'completed' }];
    await look();
    expect([told.at(-1), preparation.models(), preparation.states()]).toEqual([[], [], []]);
  });

  it('holds a version once that several streams are to have', async () => {
    const { told, look } = setUp(rollout, rolloutOf({ stream: 'spam', id: 'spam.1' }));
    await look();
    expect(told.at(-1)).toEqual([2, 1]);
  });

  it('says why the new version cannot be had, once and for all', async () => {
    const { grid, onFetched, preparation, look } = setUp(rollout);
    grid.broken.set(2, new ModelBytesError('fraud', 2, 'its checksum differs'));
    await look();
    expect(preparation.states()).toEqual(stateIs('failed', expect.stringContaining('its checksum differs')));
    grid.broken.clear();
    const before = onFetched.mock.calls.length;
    await look();
    expect(preparation.states()[0]?.state).toBe('failed');
    expect(onFetched.mock.calls.length).toBe(before);
  });

  it('does not fail because the live one cannot be had', async () => {
    const { grid, outcomes, preparation, look } = setUp(rollout);
    grid.broken.set(1, new ModelBytesError('fraud', 1, 'its checksum differs'));
    await look();
    outcomes.prepared(0, rollout.to, undefined);
    expect(preparation.states()).toEqual(stateIs('prepared'));
  });

  it('asks a grid again that did not answer', async () => {
    const { grid, told, preparation, look } = setUp(rollout);
    grid.broken.set(2, new GridUnavailableError('gone'));
    await look();
    expect(preparation.states()).toEqual(stateIs('preparing'));
    grid.broken.clear();
    await look();
    expect(told.at(-1)).toEqual([2, 1]);
  });

  it('believes nothing of what another grid said', async () => {
    const { told, preparation, look } = setUp(rollout);
    await look();
    preparation.forget();
    expect([told.at(-1), preparation.states()]).toEqual([[], []]);
  });
});
