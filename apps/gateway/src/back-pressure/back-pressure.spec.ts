import { type Deployment } from '@nearscore/registry';
import { BackPressure } from './back-pressure';
import { type StreamLag } from './stream-lags';

const none: StreamLag = {
  ...{ unscoredRecords: 0, oldestUnscoredMs: 0, scoredPerSecond: 0 },
  ...{ partitionsWithoutLease: 0, headroomSeconds: null },
};

function setUp(lag: Partial<StreamLag>, defaultMaxAgeSeconds = 10) {
  const accepted: [string, number][] = [];
  const refused: string[] = [];
  const lags = { of: () => ({ ...none, ...lag }), accepted: (...noted: [string, number]) => void accepted.push(noted) };
  const backPressure = new BackPressure({
    ...{ lags, defaultMaxAgeSeconds, now: () => 77 },
    refused: (stream) => refused.push(stream),
  });
  const admit = (maxUnscoredAgeSeconds?: number | null) => {
    try {
      backPressure.admit({ stream: 'fraud', maxUnscoredAgeSeconds } as Deployment);
      return 'admitted';
    } catch (error) {
      return error as { code: string; retriable: boolean; details: { retryAfterSeconds: number } };
    }
  };
  return { accepted, refused, admit };
}

describe('BackPressure', () => {
  test('admits up to the limit, and notes it', () => {
    const { accepted, refused, admit } = setUp({ oldestUnscoredMs: 10_000 });
    expect(admit()).toBe('admitted');
    expect(accepted).toEqual([['fraud', 77]]);
    expect(refused).toEqual([]);
  });

  test('refuses beyond it, with all that tells why, and notes no record', () => {
    const lag = { oldestUnscoredMs: 10_001, unscoredRecords: 500, scoredPerSecond: 40, partitionsWithoutLease: 3 };
    const { accepted, refused, admit } = setUp(lag);
    expect(admit(null)).toMatchObject({
      ...{ code: 'STREAM_BEHIND', retriable: true },
      details: {
        ...{ stream: 'fraud', oldestUnscoredSeconds: 10.001, maxUnscoredAgeSeconds: 10, unscoredRecords: 500 },
        ...{ partitionsWithoutLease: 3, retryAfterSeconds: 13 },
      },
    });
    expect([accepted, refused]).toEqual([[], ['fraud']]);
  });

  test('the deployment decides before the gateway does; 0 is never', () => {
    expect(setUp({ oldestUnscoredMs: 5000 }).admit(4)).toMatchObject({ code: 'STREAM_BEHIND' });
    expect(setUp({ oldestUnscoredMs: 50_000 }).admit(60)).toBe('admitted');
    expect(setUp({ oldestUnscoredMs: 1e9 }).admit(0)).toBe('admitted');
    expect(setUp({ oldestUnscoredMs: 1e9 }, 0).admit()).toBe('admitted');
    expect(setUp({ oldestUnscoredMs: 1e9 }, 0).admit(1)).toMatchObject({ code: 'STREAM_BEHIND' });
  });

  test.each([
    ['what waits, at its rate', { unscoredRecords: 100, scoredPerSecond: 30 }, 4],
    ['at least a second', { unscoredRecords: 1, scoredPerSecond: 1000 }, 1],
    ['at most a minute', { unscoredRecords: 1e9, scoredPerSecond: 1 }, 60],
    ['as long again as it has been too long, when nothing goes', { oldestUnscoredMs: 24_500 }, 15],
    ['at least a second then, too', { oldestUnscoredMs: 10_100 }, 1],
  ])('says when to come again: %s', (_, lag, seconds) => {
    expect(setUp({ oldestUnscoredMs: 20_000, ...lag }).admit()).toMatchObject({
      details: { retryAfterSeconds: seconds },
    });
  });
});
