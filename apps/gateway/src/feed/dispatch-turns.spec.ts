import { DispatchTurns } from './dispatch-turns';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('DispatchTurns', () => {
  test('lets go on at once until a turn is used up, and again in the next one', async () => {
    const turns = new DispatchTurns(100);
    expect([turns.spend(60), turns.spend(60)]).toEqual([undefined, undefined]);
    const later = turns.spend(60);
    expect(later).toBeInstanceOf(Promise);
    await later;
    expect(turns.spend(10)).toBeUndefined();
  });

  test('spreads what waits over turns, in its order, however large one is', async () => {
    const turns = new DispatchTurns(100);
    void turns.spend(1_000);
    const gone: number[] = [];
    for (let n = 0; n < 6; n++) void turns.spend(n === 2 ? 500 : 50)?.then(() => gone.push(n));
    const after: number[][] = [];
    for (let n = 0; n < 4; n++) {
      await turn();
      await Promise.resolve();
      after.push([...gone]);
    }
    expect(after.pop()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(after.map(({ length }) => length)).toEqual([2, 3, 5]);
  });

  test('has a whole turn again after a pause', async () => {
    const turns = new DispatchTurns(100);
    expect(turns.spend(100)).toBeUndefined();
    await turn();
    expect(turns.spend(100)).toBeUndefined();
  });
});
