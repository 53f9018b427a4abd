import { explain } from './failure-report';
import { FAULTS } from './knobs';
import { type RunOutcome, simulate } from './simulation';

const SEEDS = 500;
const SEEDS_PER_TEST = 50;

const ranges = Array.from({ length: SEEDS / SEEDS_PER_TEST }, (_, index) => ({
  first: 1 + index * SEEDS_PER_TEST,
  last: (index + 1) * SEEDS_PER_TEST,
}));

/** Each broke a promise once. */
const FOUND = [
  { seed: 104024, bug: 'a replay waited for ever for events of a journal that was made anew meanwhile' },
  { seed: 3243, bug: 'a record that had been parked once kept its older prediction for ever' },
  { seed: 1023, bug: 'a record whose parking failed in a rescore was neither parked nor scored again' },
  { seed: 3819, bug: 'events that came while a page scored again was being stored were told late' },
  { seed: 207454, bug: 'a partition taken up while its lease was in doubt told of scored events as lost' },
];

describe('simulation', () => {
  const outcomes: RunOutcome[] = [];

  it.each(ranges)(
    'seeds $first to $last hold all promises',
    async ({ first, last }) => {
      const broken: string[] = [];
      for (let seed = first; seed <= last; seed++) {
        const outcome = await simulate(seed);
        outcomes.push(outcome);
        if (outcome.violation) broken.push(explain(outcome));
      }
      expect(broken.join('\n')).toBe('');
    },
    60_000,
  );

  it('these seeds have met every fault, and what faults are to bring about', () => {
    const total = (name: string): number => outcomes.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0);
    const unmet = FAULTS.filter((kind) => !outcomes.some(({ faults }) => (faults.get(kind) ?? 0) > 0));
    expect(unmet).toEqual([]);
    const rare = [
      'unknown',
      'lostWithMember',
      'parked',
      'toldLost',
      'takeovers',
      'fenced',
      'lateWrites',
      'repaired',
      'retried',
      'rescored',
    ];
    expect(rare.filter((name) => total(name) === 0)).toEqual([]);
    expect(total('acknowledged')).toBeGreaterThan(SEEDS * 100);
    expect(total('eventsChecked')).toBeGreaterThan(SEEDS * 100);
  });

  it.each(FOUND)('seed $seed: $bug', async ({ seed }) => {
    const outcome = await simulate(seed);
    expect(outcome.violation && explain(outcome)).toBeUndefined();
  });

  it('the same seed is the same run, another is another', async () => {
    const [first, again, other] = [await simulate(7), await simulate(7), await simulate(8)];
    expect(again.hash).toBe(first.hash);
    expect(again.counts).toEqual(first.counts);
    expect(other.hash).not.toBe(first.hash);
  });
});
