import { eventually } from './eventually';

describe('eventually', () => {
  it('returns what the assertion returns once it holds', async () => {
    let calls = 0;
    const assertion = (): string => {
      if (++calls < 3) throw new Error('not yet');
      return 'held';
    };
    await expect(eventually(assertion, { everyMs: 1 })).resolves.toBe('held');
    expect(calls).toBe(3);
  });

  it('throws the last failure after the timeout', async () => {
    let calls = 0;
    const assertion = (): Promise<void> => Promise.reject(new Error(`failure ${++calls}`));
    const failed = eventually(assertion, { timeoutMs: 5, everyMs: 1 });
    await expect(failed).rejects.toThrow(/^failure \d+\n\(still so after \d+ tries in 5 ms\)$/);
    await failed.catch((error: Error) => expect(error.message).toContain(`failure ${calls}\n`));
  });
});
