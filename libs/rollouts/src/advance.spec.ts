import { type Deployment, type NodeEntry, type Rollout } from '@nearscore/registry';
import { nodeEntryOf, nodeStreamOf } from '../../../test/fixtures/registry/node-entry';
import { rolloutOf } from '../../../test/fixtures/registry/rollout';
import { advance, type Situation } from './advance';

const GUARDS = { minSamples: 1, maxErrorRate: 0.1, maxRunP99Ratio: null, maxPsi: null };
const CANARY: Rollout['strategy'] = {
  type: 'canary',
  steps: [
    { percent: 10, holdSeconds: 60 },
    { percent: 100, holdSeconds: 0 },
  ],
  guards: GUARDS,
};
const ROLLOUT = { id: 'fraud.1', step: 0 };

const deployment: Deployment = {
  ...{ stream: 'fraud', model: 'fraud', version: 1, sha256: '1'.repeat(64), epoch: 1, updatedAt: 0 },
  ...{ featureMap: 'features.fraud', predictionMap: 'predictions.fraud', maxUnscoredAgeSeconds: 3 },
};

interface NodeSays {
  readonly asked?: 'preparing' | 'prepared' | 'failed';
  readonly epoch?: number;
  readonly serving?: boolean;
  readonly living?: boolean;
  readonly samples?: number;
}

function node(id: string, { asked, epoch = 1, serving = true, living = true, samples = 0 }: NodeSays = {}) {
  const none = { candidate: {}, live: {} };
  const counts = { samples, failed: 0, compared: { samples, failed: 0 }, shed: 0 };
  const candidate = { model: 'fraud', version: 2, ...counts, scores: none, runs: none };
  const rollouts: NodeEntry['rollouts'] = asked
    ? [{ id: 'fraud.1', state: asked, reason: asked === 'failed' ? 'no' : null }]
    : [];
  return {
    entry: nodeEntryOf({ id, serving, rollouts, streams: [nodeStreamOf('fraud', { epoch, candidate })] }),
    living,
  };
}

function move(situation: Partial<Situation>) {
  const all = {
    deployment,
    nodes: [],
    areLeasesHeld: true,
    now: 2_000,
    timeoutMs: 10_000,
    durationOfBucket: (bucket: number) => bucket,
  };
  return advance({ rollout: rolloutOf(), ...all, ...situation });
}

function next(situation: Partial<Situation>): Rollout {
  const made = move(situation);
  if (made.write !== 'rollout') throw new Error(`the move is ${made.write}`);
  return made.rollout;
}

describe('preparing', () => {
  it('waits for every node that lives and serves, and shows what each says', () => {
    const nodes = [node('a', { asked: 'prepared' }), node('b', { asked: 'preparing' }), node('c', { living: false })];
    const rollout = next({ nodes });
    expect(rollout).toMatchObject({ state: 'preparing', changedAt: 1_000 });
    expect(rollout.nodes.map(({ state }) => state)).toEqual(['PREPARED', 'PREPARING', 'GONE']);
    expect(move({ rollout, nodes })).toEqual({ write: 'nothing' });
  });

  it('goes on without those that are dead, or do not serve', () => {
    const nodes = [node('a', { asked: 'prepared' }), node('b', { living: false }), node('c', { serving: false })];
    expect(next({ nodes })).toMatchObject({ state: 'committing', step: 0, changedAt: 2_000, endedAt: null });
  });

  it('does not commit to nobody', () => {
    expect(move({ nodes: [] })).toEqual({ write: 'nothing' });
    expect(next({ nodes: [], now: 20_000 })).toMatchObject({ state: 'aborted', reason: { code: 'PREPARE_TIMEOUT' } });
  });

  it('is aborted with the reason of each node that cannot', () => {
    const rollout = next({ nodes: [node('a', { asked: 'failed' }), node('b', { asked: 'prepared' })] });
    expect(rollout).toMatchObject({ state: 'aborted', endedAt: 2_000, reason: { code: 'PREPARE_FAILED' } });
    expect(rollout.reason?.message).toBe('The version could not be prepared. a: no');
    expect(rollout.nodes).toMatchObject([
      { node: 'a', state: 'FAILED', reason: 'no' },
      { node: 'b', state: 'PREPARED' },
    ]);
  });

  it('is aborted when it takes too long, or something else was deployed', () => {
    const late = next({ nodes: [node('a')], now: 11_001 });
    expect(late.reason).toEqual({ code: 'PREPARE_TIMEOUT', message: 'Nodes were not prepared within 10 s: a.' });
    const other = { ...deployment, version: 5, epoch: 2 };
    expect(next({ deployment: other })).toMatchObject({ state: 'aborted', reason: { code: 'SUPERSEDED' } });
    expect(next({ deployment: undefined })).toMatchObject({ state: 'aborted', reason: { code: 'SUPERSEDED' } });
  });
});

describe('committing', () => {
  it('deploys the version, remembers what was live, and keeps settings', () => {
    const rollout = rolloutOf({ state: 'committing', rescore: true });
    expect(move({ rollout })).toEqual({
      write: 'deployment',
      deployment: {
        ...{ ...deployment, ...rollout.to, epoch: 2, candidate: null, rollout: ROLLOUT },
        ...{ previous: rollout.from, rescoreBefore: 2 },
      },
    });
  });

  it('deploys a step as a candidate whose keys are the same in all steps', () => {
    const committed = { ...deployment, epoch: 2, rollout: ROLLOUT };
    const rollout = rolloutOf({ state: 'committing', strategy: CANARY });
    const candidate = { ...rollout.to, mode: 'split', percent: 10, salt: 'fraud.1' };
    expect(move({ rollout })).toMatchObject({ deployment: { version: 1, candidate, epoch: 2, rollout: ROLLOUT } });
    const last = { ...rollout, step: 1, epoch: 2 };
    expect(move({ rollout: last, deployment: committed })).toMatchObject({
      deployment: { version: 2, candidate: null, epoch: 3 },
    });
  });

  it('settles once it is deployed, whoever did it', () => {
    const rollout = rolloutOf({ state: 'committing' });
    const committed = { ...deployment, ...rollout.to, epoch: 2, rollout: ROLLOUT };
    expect(next({ rollout, deployment: committed })).toMatchObject({ state: 'settling', epoch: 2 });
  });

  it('makes the first deployment of a stream', () => {
    const rollout = rolloutOf({ state: 'committing', from: null, epoch: 0 });
    expect(move({ rollout, deployment: undefined })).toMatchObject({
      deployment: { stream: 'fraud', featureMap: 'features.fraud', version: 2, epoch: 1, previous: null },
    });
  });
});

describe('settling', () => {
  const rollout = rolloutOf({ state: 'settling', epoch: 2 });
  const committed = { ...deployment, ...rollout.to, epoch: 2, rollout: ROLLOUT };

  it('ends when every living node scores by the epoch, or scores nothing', () => {
    const nodes = [node('a', { epoch: 2 }), node('b', { epoch: 1 })];
    expect(next({ rollout, deployment: committed, nodes })).toMatchObject({
      state: 'settling',
      nodes: [{ state: 'SETTLED' }, { state: 'COMMITTED' }],
    });
    const cannot = node('b', { epoch: 0, serving: false });
    const done = { state: 'completed', endedAt: 2_000 };
    expect(next({ rollout, deployment: committed, nodes: [node('a', { epoch: 2 }), cannot] })).toMatchObject(done);
  });

  it('waits for a node that stops and still scores by the older epoch', () => {
    const stopping = node('b', { epoch: 1, serving: false });
    expect(next({ rollout, deployment: committed, nodes: [node('a', { epoch: 2 }), stopping] }).state).toBe('settling');
  });

  it('is rolled back when nodes do not apply what they had prepared', () => {
    const late = next({ rollout, deployment: committed, nodes: [node('a', { epoch: 0 })], now: 11_001 });
    expect(late).toMatchObject({ state: 'rolling-back', reason: { code: 'SETTLE_TIMEOUT' }, endedAt: null });
  });

  it('waits on for a first deployment, which has nothing to go back to', () => {
    const first = { ...rollout, from: null };
    expect(next({ rollout: first, deployment: committed, nodes: [node('a', { epoch: 0 })], now: 99_000 }).state).toBe(
      'settling',
    );
  });
});

describe('holding', () => {
  const rollout = rolloutOf({ state: 'holding', epoch: 2, strategy: CANARY });
  const committed = { ...deployment, epoch: 2, rollout: ROLLOUT };
  const held = (now: number, samples: number) =>
    move({
      rollout: { ...rollout, nodes: [{ node: 'a', state: 'SETTLED', reason: null }] },
      deployment: committed,
      now,
      nodes: [node('a', { epoch: 2, samples })],
    });

  it('lasts as long as the step says and until there are samples, and by no clock less', () => {
    expect(held(60_999, 5)).toEqual({ write: 'nothing' });
    expect(held(61_000, 0)).toEqual({ write: 'nothing' });
    expect(held(-5_000_000, 5)).toEqual({ write: 'nothing' });
    expect(held(61_000, 5)).toMatchObject({ rollout: { state: 'committing', step: 1, figures: { samples: 5 } } });
  });

  it('lasts until somebody says so, where the strategy has no end', () => {
    for (const type of ['ab', 'shadow'] as const) {
      const strategy: Rollout['strategy'] =
        type === 'ab' ? { type, percent: 5, guards: GUARDS } : { type, guards: GUARDS };
      const nodes = [node('a', { epoch: 2, samples: 1_000 })];
      expect(next({ rollout: { ...rollout, strategy }, deployment: committed, nodes, now: 1e12 }).state).toBe(
        'holding',
      );
    }
  });
});

describe('rolling back', () => {
  const rollout = rolloutOf({
    state: 'rolling-back',
    epoch: 2,
    strategy: CANARY,
    previous: { model: 'old', version: 7 },
  });
  const restored = {
    write: 'deployment',
    deployment: { version: 1, candidate: null, previous: { model: 'old', version: 7 } },
  };

  it('deploys what was live as an epoch of its own, whether the step was committed or not', () => {
    const committed = { ...deployment, ...rollout.to, epoch: 3, rollout: { id: 'fraud.1', step: 1 } };
    expect(move({ rollout, deployment: committed })).toMatchObject(restored);
    expect(move({ rollout: { ...rollout, epoch: 1 } })).toMatchObject(restored);
    expect(move({ rollout: { ...rollout, epoch: 1 } })).toMatchObject({
      deployment: { epoch: 2, rollout: { step: -1 } },
    });
  });

  it('leaves alone what somebody deployed by hand', () => {
    const byHand = { ...deployment, version: 9, epoch: 3, rollout: null };
    expect(next({ rollout, deployment: byHand })).toMatchObject({ state: 'aborted', reason: { code: 'SUPERSEDED' } });
  });

  it('ends when nodes have applied it, or after a while: they will', () => {
    const back = { ...deployment, epoch: 3, rollout: { id: 'fraud.1', step: -1 } };
    const seen = next({ rollout, deployment: back });
    expect(seen).toMatchObject({ state: 'rolling-back', epoch: 3, changedAt: 1_000 });
    expect(next({ rollout: seen, deployment: back, nodes: [node('a', { epoch: 3 })] }).state).toBe('rolled-back');
    expect(next({ rollout: seen, deployment: back, nodes: [node('a', { epoch: 2 })], now: 11_001 }).state).toBe(
      'rolled-back',
    );
  });
});
