import { type DeployedRetries, type FailedRecord } from '@nearscore/registry';
import { RetryPolicy } from './retry-policy';

const attempts = { default: 5, streams: new Map([['fraud', 2]]) };
const nothingDeployed = (): undefined => undefined;
const policy = (random = 1) => new RetryPolicy({ attempts, delayMs: 1_000 }, nothingDeployed, () => random);

const failed: FailedRecord = {
  ...{ stream: 'phishing', key: 'a', keyData: 'AAAA', partition: 1, sourceSequence: 2, fingerprint: '' },
  ...{ model: 'phishing', version: 1, epoch: 1, firstAt: 100, lastAt: 100 },
  reason: { code: 'MODEL_RUN_FAILED', message: 'it threw' },
};

it('tries again what a model run may do better', () => {
  expect(policy().parked(failed)).toMatchObject({
    state: 'retrying',
    attempts: 1,
    nextAttemptAt: 1_100,
    askedAt: null,
  });
});

it.each(['WRONG_KIND', 'MISSING_FIELD', 'MALFORMED', 'UNKNOWN_CATEGORY'])(
  'gives up at once what is not of the form of its model: %s',
  (code) => {
    const record = policy().parked({ ...failed, reason: { code, message: 'no' } });
    expect(record).toMatchObject({ state: 'dead', attempts: 1, nextAttemptAt: null });
  },
);

it('waits longer from attempt to attempt, up to ten minutes, and gives up after the last', () => {
  const delays = [1, 2, 3, 4].map((done) => policy().next('phishing', 'MODEL_RUN_FAILED', done, 0).nextAttemptAt);
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(policy().next('phishing', 'MODEL_RUN_FAILED', 5, 0)).toEqual({ state: 'dead', nextAttemptAt: null });
  const many = { attempts: { default: 50, streams: new Map() }, delayMs: 1_000 };
  const patient = new RetryPolicy(many, nothingDeployed, () => 1);
  expect(patient.next('phishing', 'MODEL_RUN_FAILED', 40, 0).nextAttemptAt).toBe(600_000);
});

it('waits from half of that on, by chance', () => {
  expect(policy(0).next('phishing', 'MODEL_RUN_FAILED', 2, 0).nextAttemptAt).toBe(1_000);
});

it('keeps to the number of attempts of the stream', () => {
  expect(policy().next('fraud', 'MODEL_RUN_FAILED', 1, 0).state).toBe('retrying');
  expect(policy().next('fraud', 'MODEL_RUN_FAILED', 2, 0).state).toBe('dead');
});

describe('what the deployment says', () => {
  const deployed = (retries: DeployedRetries | null) =>
    new RetryPolicy(
      { attempts, delayMs: 1_000 },
      (stream) => (stream === 'fraud' ? retries : undefined),
      () => 1,
    );
  const delaysOf = (retries: DeployedRetries) =>
    [1, 2, 3, 4].map((done) => deployed(retries).next('fraud', 'MODEL_RUN_FAILED', done, 0).nextAttemptAt);

  it('counts before the settings, for its stream alone', () => {
    expect(deployed({ attempts: 3 }).next('fraud', 'MODEL_RUN_FAILED', 2, 0).state).toBe('retrying');
    expect(deployed({ attempts: 3 }).next('fraud', 'MODEL_RUN_FAILED', 3, 0).state).toBe('dead');
    expect(deployed({ attempts: 1 }).next('phishing', 'MODEL_RUN_FAILED', 4, 0).state).toBe('retrying');
    expect(deployed({ attempts: 9 }).next('fraud', 'WRONG_KIND', 1, 0).state).toBe('dead');
  });

  it('is as the settings say where it leaves something out', () => {
    for (const retries of [null, {}, { firstDelaySeconds: 1 }]) {
      expect(deployed(retries).next('fraud', 'MODEL_RUN_FAILED', 2, 0).state).toBe('dead');
    }
    expect(delaysOf({ attempts: 9 })).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  it('decides from where and to where the delay rises', () => {
    expect(delaysOf({ attempts: 9, firstDelaySeconds: 0.5 })).toEqual([500, 1_000, 2_000, 4_000]);
    expect(delaysOf({ attempts: 9, maxDelaySeconds: 3 })).toEqual([1_000, 2_000, 3_000, 3_000]);
    expect(delaysOf({ attempts: 9, maxDelaySeconds: 0.25 })).toEqual([250, 250, 250, 250]);
    // A first delay beyond the ten minutes is meant as it is said.
    expect(delaysOf({ attempts: 9, firstDelaySeconds: 3_600 })).toEqual(Array(4).fill(3_600_000));
  });
});
