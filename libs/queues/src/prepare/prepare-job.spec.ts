import { parsePrepareJob, type PrepareJob, prepareQueueOf } from './prepare-job';

const job: PrepareJob = { rollout: 'fraud.3', stream: 'fraud' };

describe('parsePrepareJob', () => {
  it('reads a job as it comes from Redis', () => {
    expect(parsePrepareJob(JSON.parse(JSON.stringify(job)))).toEqual(job);
  });

  it.each([[undefined], [null], ['text'], [{}], [{ ...job, stream: 1 }], [{ ...job, rollout: null }]])(
    'refuses %j',
    (data) => {
      expect(parsePrepareJob(data)).toBeUndefined();
    },
  );
});

describe('prepareQueueOf', () => {
  it('is another queue for each node, with a name that BullMQ takes', () => {
    expect(prepareQueueOf('host-8100')).toBe('prepare-host-8100');
    expect(prepareQueueOf('[::1]:8100')).not.toContain(':');
  });
});
