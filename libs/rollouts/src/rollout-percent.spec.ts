import { type Rollout } from '@nearscore/registry';
import { rolloutOf } from '../../../test/fixtures/registry/rollout';
import { percentOf } from './rollout-percent';

const guards = { minSamples: 1, maxErrorRate: 1, maxRunP99Ratio: null, maxPsi: null };
const steps = [10, 50, 100].map((percent) => ({ percent, holdSeconds: 10 }));
const strategy: Rollout['strategy'] = { type: 'canary', steps, guards };
const nodes = (...states: Rollout['nodes'][number]['state'][]) =>
  states.map((state, index) => ({ node: `n${index}`, state, reason: null }));

// Preparing, two steps that are held, and going live: four parts.
it.each([
  [{ state: 'preparing' }, 1_000, 0],
  [{ state: 'preparing', nodes: nodes('PREPARED', 'PREPARING', 'GONE') }, 1_000, 12],
  [{ state: 'committing' }, 1_000, 25],
  [{ state: 'settling', nodes: nodes('SETTLED', 'COMMITTED') }, 1_000, 31],
  [{ state: 'holding' }, 1_000, 37],
  [{ state: 'holding' }, 6_000, 43],
  [{ state: 'holding' }, 99_000, 50],
  [{ state: 'holding' }, -99_000, 37],
  [{ state: 'settling', step: 2, nodes: nodes('SETTLED') }, 1_000, 87],
  [{ state: 'completed', step: 2 }, 1_000, 100],
] as const)('%j at %i is %i percent', (fields, now, percent) => {
  expect(percentOf(rolloutOf({ strategy, ...(fields as Partial<Rollout>) }), now)).toBe(percent);
});
