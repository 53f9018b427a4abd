import { type RolloutStrategy } from '@nearscore/registry';

/** What is deployed in a step of a rollout, and how long at least; `holdMs` null: until somebody says so. */
export type PlannedStep =
  | { readonly kind: 'split'; readonly percent: number; readonly holdMs: number | null }
  | { readonly kind: 'shadow'; readonly holdMs: null }
  | { readonly kind: 'live' };

/** All steps of a strategy; the last one, and only that, makes the version live. */
export function planOf(strategy: RolloutStrategy): readonly PlannedStep[] {
  switch (strategy.type) {
    case 'all-at-once':
      return [{ kind: 'live' }];
    case 'ab':
      return [{ kind: 'split', percent: strategy.percent, holdMs: null }, { kind: 'live' }];
    case 'shadow':
      return [{ kind: 'shadow', holdMs: null }, { kind: 'live' }];
    case 'canary':
      return [...strategy.steps.filter(({ percent }) => percent < 100).map(splitOf), { kind: 'live' }];
  }
}

/** The step that a rollout is in. */
export function stepOf({ strategy, step }: { readonly strategy: RolloutStrategy; readonly step: number }): PlannedStep {
  return planOf(strategy)[step] ?? { kind: 'live' };
}

export function isLastStep({ strategy, step }: { readonly strategy: RolloutStrategy; readonly step: number }): boolean {
  return step >= planOf(strategy).length - 1;
}

function splitOf({ percent, holdSeconds }: { readonly percent: number; readonly holdSeconds: number }): PlannedStep {
  return { kind: 'split', percent, holdMs: holdSeconds * 1000 };
}
