import { SpareTime } from './spare-time';

const lane = { isScoring: false };
let slices: number;
/** What each slice says: in how many ms it wants another. */
let wants: (number | undefined)[];
let spareTime: SpareTime;

beforeEach(() => {
  jest.useFakeTimers();
  lane.isScoring = false;
  slices = 0;
  wants = [];
  spareTime = new SpareTime(lane, () => {
    slices++;
    return Promise.resolve(wants.shift());
  });
});

afterEach(() => jest.useRealTimers());

describe('spare time', () => {
  it('is for a slice when there is something to do, and for no other until there is again', async () => {
    spareTime.wake();
    spareTime.wake();
    expect(slices).toBe(0);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(slices).toBe(1);
    spareTime.wake();
    await jest.advanceTimersByTimeAsync(0);
    expect(slices).toBe(2);
  });

  it('is for the next slice when the last one wants it', async () => {
    wants = [0, 0, 20, undefined];
    spareTime.wake();
    await jest.advanceTimersByTimeAsync(19);
    expect(slices).toBe(3);
    await jest.advanceTimersByTimeAsync(20);
    expect(slices).toBe(4);
  });

  it('is rare while the lane always has a batch, and at once when it has none', async () => {
    wants = Array.from({ length: 1_000 }, () => 0);
    lane.isScoring = true;
    spareTime.wake();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(slices).toBeGreaterThan(5);
    expect(slices).toBeLessThanOrEqual(10);
    lane.isScoring = false;
    await jest.advanceTimersByTimeAsync(50);
    expect(slices).toBeGreaterThan(20);
  });

  it('ends with the slice at hand', async () => {
    let end = (): void => undefined;
    const work = new SpareTime(lane, () => new Promise((resolve) => (end = () => resolve(0))));
    work.wake();
    await jest.advanceTimersByTimeAsync(1);
    let closed = false;
    const closing = work.close().then(() => (closed = true));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(closed).toBe(false);
    end();
    await closing;
    expect(jest.getTimerCount()).toBe(0);
    work.wake();
    expect(jest.getTimerCount()).toBe(0);
  });
});
