import { ReadingSlots } from './reading-slots';

const never = new AbortController().signal;

describe('ReadingSlots', () => {
  test('lets so many work at once, the others in their order', async () => {
    const slots = new ReadingSlots(2);
    const begun: number[] = [];
    const finish: (() => void)[] = [];
    const all = [0, 1, 2, 3].map((n) =>
      slots.run(() => {
        begun.push(n);
        return new Promise<void>((resolve) => finish.push(resolve));
      }, never),
    );
    await new Promise(setImmediate);
    expect(begun).toEqual([0, 1]);
    finish[1]?.();
    await all[1];
    await new Promise(setImmediate);
    expect(begun).toEqual([0, 1, 2]);
    finish.forEach((end) => end());
    await new Promise(setImmediate);
    finish.forEach((end) => end());
    await Promise.all(all);
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  test('is free again after a failure, and after one that was given up while it waited', async () => {
    const slots = new ReadingSlots(1);
    const stop = new AbortController();
    const failing = slots.run(() => Promise.reject(new Error('failed')), never);
    const givenUp = slots.run(() => Promise.resolve('done'), stop.signal);
    stop.abort(new Error('given up'));
    await expect(failing).rejects.toThrow('failed');
    await expect(givenUp).rejects.toThrow('given up');
    await expect(slots.run(() => Promise.resolve('next'), never)).resolves.toBe('next');
  });
});
