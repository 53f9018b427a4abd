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
    const taken = window.take(100);
    expect(await isSettled(taken)).toBe(false);
    await window.push('aaaa');
    expect(await taken).toBe('aaaa');
    const pushed = window.push('bb');
    expect(await isSettled(pushed)).toBe(false);
    window.answer(1);
    await pushed;
    expect(await window.take(100)).toBe('bb');
  });

  it('hands out again what was not answered for, and nothing to who waits since before', async () => {
    const window = new SendWindow(10, { maxChars: 100 });
    for (const line of ['11', '12', '13']) await window.push(line);
    expect(await window.take(100)).toBe('111213');
    const stale = window.take(100);
    window.answer(11);
    window.rewind();
    expect(await stale).toBeUndefined();
    expect(await window.take(100)).toBe('1213');
    window.answer(13);
    window.end();
    expect([await window.hasMore(), window.lastAnswered, window.outstanding]).toEqual([false, 13, 0]);
  });

  it('takes no answer for what was not sent', async () => {
    const window = new SendWindow(0, { maxChars: 100 });
    await window.push('a');
    window.answer(5);
    expect(window.lastAnswered).toBe(0);
  });

  it('throws what it failed with to all who wait or come, once its first reason', async () => {
    const window = new SendWindow(0, { maxChars: 1 });
    const taken = window.take(1);
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
          const pushing = Promise.all(all.map((line) => window.push(line))).then(() => window.end());
          let text = '';
          while (await window.hasMore()) {
            const taken = (await window.take(size)) ?? '';
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
