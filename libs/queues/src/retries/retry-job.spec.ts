import { jobIdOf, parseRetryJob, type RetryJob } from './retry-job';

const job: RetryJob = { entry: 'fraud/a2V5', attempts: 2, at: 1_000 };

describe('jobIdOf', () => {
  it('is the same for the same attempt, and another for any other', () => {
    expect(jobIdOf({ ...job })).toBe(jobIdOf(job));
    const others = [
      { ...job, entry: 'fraud/b' },
      { ...job, attempts: 3 },
      { ...job, at: 1_001 },
    ].map(jobIdOf);
    expect(new Set([jobIdOf(job), ...others]).size).toBe(4);
  });

  it('is one that BullMQ takes', () => {
    expect(jobIdOf({ ...job, entry: 'a:b' })).toMatch(/^retry-[0-9a-f]{32}$/);
  });
});

describe('parseRetryJob', () => {
  it('reads a job as it comes from Redis', () => {
    expect(parseRetryJob(JSON.parse(JSON.stringify(job)))).toEqual(job);
  });

  it.each([[undefined], [null], ['text'], [{}], [{ ...job, at: '1' }], [{ ...job, entry: 7 }]])(
    'refuses %j',
    (data) => {
      expect(parseRetryJob(data)).toBeUndefined();
    },
  );
});
