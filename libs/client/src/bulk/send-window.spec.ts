import fc from 'fast-check';
import { SendWindow } from './send-window';

/** Whether a promise is settled once all that can go on has gone on. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = (): void => void (settled = true);
  promise.then(settle, settle);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe('SendWindow', () => {
  it('lets who pushes wait for room, and who takes wait for lines', async () => {
    const window = new SendWindow(0, { maxChars: 4 });
    const round = window.rewind();
    const taken = window.take(round, 100);
    expect(await isSettled(taken)).toBe(false);
    await window.push('aaaa');
    expect(await taken).toBe('aaaa');
    const pushed = window.push('bb');
    expect(await isSettled(pushed)).toBe(false);
    window.answer(1);
    await pushed;
    expect(await window.take(round, 100)).toBe('bb');
  });

  it('hands out again what was not answered for, and nothing to who waits since before', async () => {
    const window = new SendWindow(10, { maxChars: 100 });
    const round = window.rewind();
    for (const line of ['11', '12', '13']) await window.push(line);
    expect(await window.take(round, 100)).toBe('111213');
    const stale = window.take(round, 100);
    window.answer(11);
    const next = window.rewind();
    expect(await stale).toBeUndefined();
    expect(await window.take(next, 100)).toBe('1213');
    window.answer(13);
    window.end();
    expect([await window.hasMore(), window.lastAnswered, window.outstanding]).toEqual([false, 13, 0]);
  });

  it('hands nothing to who comes for a round before: a record was lost in the body of a request that had broken', async () => {
    const window = new SendWindow(0, { maxChars: 100 });
    const broken = window.rewind();
    await window.push('1');
    expect(await window.take(broken, 100)).toBe('1');
    const next = window.rewind();
    expect(await window.take(broken, 100)).toBeUndefined();
    await window.push('2');
    expect(await window.take(next, 100)).toBe('12');
  });

  it('takes no answer for what was not sent', async () => {
    const window = new SendWindow(0, { maxChars: 100 });
    await window.push('a');
    window.answer(5);
    expect(window.lastAnswered).toBe(0);
  });

  it('throws what it failed with to all who wait or come, once its first reason', async () => {
    const window = new SendWindow(0, { maxChars: 1 });
    const taken = window.take(window.rewind(), 1);
    window.fail(new Error('first'));
    window.fail(new Error('second'));
    await expect(taken).rejects.toThrow('first');
    await expect(window.push('a')).rejects.toThrow('first');
    await expect(window.hasMore()).rejects.toThrow('first');
  });

  it('hands out every line in order, once per round, and holds no more than it may', async () => {
    const lines = fc.array(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        async (all, room, size) => {
          const window = new SendWindow(0, { maxChars: room });
          const round = window.rewind();
          const pushing = Promise.all(all.map((line) => window.push(line))).then(() => window.end());
          let text = '';
          while (await window.hasMore()) {
            const taken = (await window.take(round, size)) ?? '';
            text += taken;
            window.answer(window.lastAnswered + window.outstanding);
          }
          await pushing;
          expect(text).toBe(all.join(''));
          expect(window.lastAnswered).toBe(all.length);
        },
      ),
    );
  });
});
