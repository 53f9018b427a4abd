import { type Deployment, type NodeEntry, type Rollout } from '@nearscore/registry';
import { leasesOf, nodeEntryOf, nodeStreamOf } from '../../../test/fixtures/registry/node-entry';
import { rolloutOf } from '../../../test/fixtures/registry/rollout';
import { advance } from './advance';
import { isSettled } from './node-progress';

const SETTLING = rolloutOf({ state: 'settling', epoch: 2 });
const ROLLING_BACK = rolloutOf({ state: 'rolling-back', epoch: 2 });

function nodeAt(id: string, epoch: number): NodeEntry {
  return nodeEntryOf({ id, streams: [nodeStreamOf('fraud', { epoch })] });
}

/** n1 has applied the epoch; n2 has not, and is silent. */
function stateAfter(rollout: Rollout, areLeasesHeld: boolean): string {
  const step = rollout.state === 'rolling-back' ? -1 : 0;
  const deployment: Deployment = {
    ...{ stream: 'fraud', featureMap: 'features.fraud', predictionMap: 'predictions.fraud', updatedAt: 0 },
    ...{ model: 'fraud', version: 2, epoch: 2, rollout: { id: rollout.id, step } },
  };
  const nodes = [
    { entry: nodeAt('n1', 2), living: true },
    { entry: nodeAt('n2', 1), living: false },
  ];
  const clock = { now: 2_000, timeoutMs: 60_000, durationOfBucket: (bucket: number) => bucket };
  const move = advance({ rollout, deployment, nodes, areLeasesHeld, ...clock });
  return move.write === 'rollout' ? move.rollout.state : move.write;
}

/** Found by test/failure: a node stopped for 2.5 s, two missed heartbeats but no lease, scored 50 records by the version before. */
describe('a silent node', () => {
  it.each([
    [SETTLING, 'completed'],
    [ROLLING_BACK, 'rolled-back'],
  ] as const)('may still score by what it knew, until others hold its leases', (rollout, end) => {
    expect(stateAfter(rollout, false)).toBe(rollout.state);
    expect(stateAfter(rollout, true)).toBe(end);
  });
});

it('a node that gives its partitions away still scores by what was before, as long as it holds a lease', () => {
  const leaving = (held: number) =>
    nodeEntryOf({ serving: false, leases: leasesOf(held), streams: [nodeStreamOf('fraud', { epoch: 0 })] });
  const settled = (held: number) => isSettled({ entry: leaving(held), living: true }, SETTLING, true);
  expect([settled(1), settled(0)]).toEqual([false, true]);
});
