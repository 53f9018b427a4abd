import { RolloutWorld } from '../../../test/fixtures/rollouts/rollout-world';

async function begun(): Promise<RolloutWorld> {
  const world = new RolloutWorld();
  await world.deployByHand(1);
  await world.start(2, { type: 'all-at-once' });
  return world;
}

async function until(world: RolloutWorld, state: string): Promise<void> {
  for (let rounds = 0; rounds < 20 && world.newest()?.state !== state; rounds++) await world.goOn();
  expect(world.newest()?.state).toBe(state);
}

/** A gateway that has read all, and whose write is under way. */
async function writing(world: RolloutWorld): Promise<void> {
  world.turn(0);
  for (let reads = 0; reads < 3; reads++) await world.calls.decide(0, 'answered');
}

describe('a gateway that wakes up late', () => {
  it('commits nothing of a rollout that was cancelled and rolled back meanwhile', async () => {
    const world = await begun();
    await until(world, 'committing');
    await writing(world);
    await world.cancel();
    await until(world, 'rolled-back');
    const restored = world.deployment();
    await world.calls.answerAll();
    expect(world.deployment()).toEqual(restored);
    expect(world.checker.broken).toEqual([]);
    expect(restored).toMatchObject({ version: 1, epoch: 2 });
  });

  it('commits nothing of a rollout that was superseded meanwhile', async () => {
    const world = await begun();
    await until(world, 'committing');
    await writing(world);
    await world.deployByHand(3);
    await until(world, 'aborted');
    await world.calls.answerAll();
    expect(world.deployment()).toMatchObject({ version: 3, epoch: 2, rollout: null });
  });

  it('aborts nothing that others have committed meanwhile', async () => {
    const world = await begun();
    await until(world, 'preparing');
    world.now += 60_000;
    await writing(world);
    world.now -= 60_000;
    await until(world, 'completed');
    await world.calls.answerAll();
    expect(world.newest()?.state).toBe('completed');
  });
});

it('calls a rollout superseded only by what was deployed after it was read', async () => {
  const world = await begun();
  await until(world, 'committing');
  world.turn(0);
  await world.calls.decide(0, 'answered');
  // Committed by another gateway between the two readings of this one.
  await until(world, 'settling');
  await world.calls.answerAll();
  expect(world.newest()).toMatchObject({ state: 'settling', reason: null });
});
