import { GridCalls } from './grid-calls';

describe('GridCalls', () => {
  it('sends nothing without a connection', async () => {
    const run = jest.fn(() => Promise.resolve(1));
    const calls = new GridCalls(() => false, 1_000);
    await expect(calls.write('m', 'set', run)).rejects.toMatchObject({
      code: 'GRID_UNAVAILABLE',
      details: { map: 'm' },
    });
    expect(run).not.toHaveBeenCalled();
  });

  it('does not wait for an answer that never comes', async () => {
    const calls = new GridCalls(() => true, 1);
    const never = () => new Promise<never>(() => undefined);
    await expect(calls.write('m', 'set', never)).rejects.toMatchObject({
      code: 'WRITE_OUTCOME_UNKNOWN',
      retriable: true,
    });
    await expect(calls.read('m', 'get', never)).rejects.toMatchObject({ code: 'GRID_UNAVAILABLE' });
  });

  it('leaves no timer behind', async () => {
    jest.useFakeTimers();
    const calls = new GridCalls(() => true, 60_000);
    await expect(calls.read('m', 'get', () => Promise.resolve(7))).resolves.toBe(7);
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
});
