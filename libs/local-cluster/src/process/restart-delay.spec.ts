import { RestartDelay } from './restart-delay';

describe('RestartDelay', () => {
  it('doubles up to half a minute', () => {
    const delay = new RestartDelay();
    const delays = Array.from({ length: 9 }, () => delay.next(10));
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  });

  it('begins again after a minute without a fault', () => {
    const delay = new RestartDelay();
    for (let failure = 0; failure < 4; failure++) delay.next(59_999);
    expect(delay.next(60_000)).toBe(500);
    expect(delay.next(0)).toBe(1000);
  });
});
