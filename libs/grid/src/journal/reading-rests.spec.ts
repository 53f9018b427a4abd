import { ManualClock } from '../../../../test/fixtures/journal/manual-clock';
import { ReadingRests, type RestTerms } from './reading-rests';

const TERMS: RestTerms = { restMs: 100, busyEventsPerSecond: 1_000 };

function createLane(terms: Partial<RestTerms> = {}, readers = 271) {
  const clock = new ManualClock();
  const lane = { readers: () => readers, flush: jest.fn() };
  const rests = new ReadingRests<{ endRest: () => void }>({ ...TERMS, ...terms }, clock, lane);
  /** Five seconds of readings, ten of them a second. */
  const load = (eventsPerSecond: number): void => {
    for (let reading = 0; reading < 50; reading++) {
      clock.advance(100);
      rests.came(eventsPerSecond / 10);
    }
  };
  return { clock, lane, rests, load };
}

/** For how many ms a partition rests that was read just now; 0: not at all. */
function restOf({ clock, rests }: ReturnType<typeof createLane>): number {
  const endRest = jest.fn();
  if (!rests.take({ endRest })) return 0;
  for (let ms = 1; ms <= 1_000; ms++) {
    clock.advance(1);
    if (endRest.mock.calls.length > 0) return ms;
  }
  return Infinity;
}

it('lets no partition rest while the lane has time to spare', () => {
  const lane = createLane();
  lane.load(900);
  expect(restOf(lane)).toBe(0);
});

it('lets them rest longer the busier the lane is, up to a limit', () => {
  const rests = [1_200, 1_600, 3_000, 30_000].map((eventsPerSecond) => {
    const lane = createLane();
    lane.load(eventsPerSecond);
    return restOf(lane);
  });
  const [little, more, most, beyond] = rests as [number, number, number, number];
  expect(little).toBeGreaterThan(0);
  expect(more).toBeGreaterThan(little);
  expect(most).toBeGreaterThan(more);
  expect([most, beyond]).toEqual([100, 100]);
});

it('waits for no more events than are worth a reading', () => {
  const lane = createLane({}, 31);
  lane.load(31_000);
  // A thousand events a second for each of 31 partitions: 32 of them in 32 ms.
  expect(restOf(lane)).toBeGreaterThanOrEqual(30);
  expect(restOf(lane)).toBeLessThanOrEqual(36);
});

it('wakes all together, and sends their questions at once', () => {
  const lane = createLane();
  lane.load(3_000);
  const woken: string[] = [];
  for (const name of ['a', 'b']) {
    expect(lane.rests.take({ endRest: () => woken.push(name) })).toBe(true);
    lane.clock.advance(40);
  }
  expect([woken, lane.lane.flush.mock.calls.length]).toEqual([[], 0]);
  lane.clock.advance(60);
  expect([woken, lane.lane.flush.mock.calls.length]).toEqual([['a', 'b'], 1]);
});

it('never rests when it is told not to', () => {
  const lane = createLane({ restMs: 0 });
  lane.load(100_000);
  expect(restOf(lane)).toBe(0);
});

it('wakes nobody after the lane has stopped', () => {
  const lane = createLane();
  lane.load(3_000);
  const endRest = jest.fn();
  lane.rests.take({ endRest });
  lane.rests.stop();
  lane.clock.advance(1_000);
  expect(endRest).not.toHaveBeenCalled();
});
