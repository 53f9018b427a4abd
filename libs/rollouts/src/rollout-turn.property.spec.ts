import fc from 'fast-check';
import { CALL_FATES } from '../../../test/fixtures/rollouts/delayed-calls';
import { RolloutWorld, STRATEGIES } from '../../../test/fixtures/rollouts/rollout-world';

/** One thing that happens, in words for whoever reads a counterexample. */
interface Happening {
  readonly what: string;
  readonly happen: (world: RolloutWorld) => unknown;
}

function often<T>(
  weight: number,
  values: fc.Arbitrary<T>,
  what: string,
  happen: (world: RolloutWorld, value: T) => unknown,
) {
  const arbitrary = values.map((value): Happening => ({
    what: `${what} ${fc.stringify(value)}`,
    happen: (world) => happen(world, value),
  }));
  return { weight, arbitrary };
}

const nothing = fc.constant(null);
const node = fc.nat(2);
const version = fc.integer({ min: 1, max: 4 });
const deployed = fc.tuple(version, fc.constantFrom(...STRATEGIES));
const ill = fc.tuple(node, fc.constantFrom({ worse: true }, { canPrepare: false }, { canApply: false }));
const fate = fc.tuple(fc.nat(20), fc.constantFrom(...CALL_FATES));

// Of calls that are under way any may be decided next, however old it is. A turn is a gateway of its own: none remembers anything.
const happening: fc.Arbitrary<Happening> = fc.oneof(
  often(12, fc.nat(20), 'a call is answered', (world, index) => world.calls.decide(index, 'answered')),
  often(6, fate, 'a call is', (world, [index, what]) => world.calls.decide(index, what)),
  often(2, nothing, 'all calls are answered', (world) => world.calls.answerAll()),
  often(25, nothing, 'all goes on', (world) => world.goOn()),
  often(6, fc.constantFrom(-3_000, 0, 3_000), 'a turn, by a clock off by', (world, clock) => world.turn(clock)),
  often(4, deployed, 'a rollout to', (world, [to, strategy]) => world.start(to, strategy)),
  often(1, nothing, 'cancel', (world) => world.cancel()),
  often(1, nothing, 'promote', (world) => world.promote()),
  often(1, version, 'deploy by hand', (world, to) => world.deployByHand(to)),
  often(1, fc.nat(9), 'configure', (world, seconds) => world.configure(seconds)),
  often(5, node, 'a node prepares', (world, index) => world.nodeLooks(index)),
  often(1, ill, 'to a node it happens that', (world, [index, what]) => world.befall(index, what)),
  often(5, node, 'a node applies', (world, index) => world.nodeApplies(index)),
  often(1, node, 'a node dies', (world, index) => world.nodes[index]?.die()),
  often(1, node, 'a node restarts', (world, index) => world.nodes[index]?.restart()),
  often(2, fc.nat(12_000), 'ms pass', (world, ms) => (world.now += ms)),
);

const happenings = fc.array(happening, { minLength: 20, maxLength: 150 });

async function run(world: RolloutWorld, steps: readonly Happening[]): Promise<void> {
  for (const { happen } of steps) await happen(world);
}

async function begun(): Promise<RolloutWorld> {
  const world = new RolloutWorld();
  await world.deployByHand(1);
  for (const index of [0, 1, 2]) world.nodeApplies(index);
  return world;
}

describe('rollouts, whatever happens to gateways, nodes, calls and clocks', () => {
  it('take one step at a time, end as they say, and end when faults do', async () => {
    const ends = new Set<string>();
    await fc.assert(
      fc.asyncProperty(happenings, async (steps) => {
        const world = await begun();
        await run(world, steps);
        const hasEnded = await world.calmDown();
        expect(world.checker.broken).toEqual([]);
        expect(hasEnded).toBe(true);
        for (const { state, reason } of world.entry()?.rollouts ?? []) ends.add(reason?.code ?? state);
      }),
      { numRuns: 300 },
    );
    const met = ['CANCELLED', 'GUARD_BREACHED', 'PREPARE_FAILED', 'SUPERSEDED', 'completed'];
    expect([...ends]).toEqual(expect.arrayContaining(met));
  }, 120_000);

  it('make a first deployment, or none', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (steps) => {
        const world = new RolloutWorld();
        for (const index of [0, 1, 2]) world.nodeApplies(index);
        await world.start(1, { type: 'all-at-once' });
        await run(world, steps);
        expect(await world.calmDown()).toBe(true);
        expect(world.checker.broken).toEqual([]);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('are forgotten with the grid, and begin anew', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, happenings, async (before, after) => {
        const world = await begun();
        await run(world, before);
        // What was under way ends with the connections to the grid that is gone.
        await world.calls.answerAll();
        world.emptyGrid();
        await run(world, after);
        expect(await world.calmDown()).toBe(true);
        expect(world.checker.broken).toEqual([]);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
