import { ManualClock } from '../../../../test/fixtures/journal/manual-clock';
import { Backlog } from './backlog';

interface Followed {
  readonly backlog: Backlog;
  /** Seconds until the event at `next` is dropped. */
  readonly headroomAt: (next: number) => number | undefined;
  /** The journal reaches from `oldest` to `newest`, and `next` is to be scored next. */
  readonly saw: (oldest: number, newest: number, next: number) => void;
}

function followed(clock: ManualClock): Followed {
  const position = { next: 0 };
  const backlog = new Backlog(clock, position);
  return {
    backlog,
    headroomAt: (next) => {
      position.next = next;
      return backlog.headroomSeconds();
    },
    saw: (oldest, newest, next) => {
      position.next = next;
      backlog.saw(oldest, newest);
    },
  };
}

/** A journal that holds 100 events and has grown from `newest` by 50 in one second. */
function growing(clock: ManualClock, newest: number): Followed {
  const one = followed(clock);
  one.saw(newest - 99, newest, newest + 1);
  clock.advance(1_000);
  one.saw(newest - 49, newest + 50, newest + 1);
  return one;
}

describe('age of what waits', () => {
  it('begins when the journal could be asked last: what came since may have come at once', () => {
    const clock = new ManualClock();
    const { backlog, saw } = followed(clock);
    backlog.owe();
    clock.advance(3_000);
    saw(0, 4, 0);
    backlog.oweNothing();
    clock.advance(250);
    expect(backlog.ageMs(clock.now())).toBe(3_250);
  });
});

describe('headroom', () => {
  it('is the time until the journal, as it grows now, drops the next event to be scored', () => {
    const { headroomAt } = growing(new ManualClock(), 1_000);
    // The oldest is 951; 25 events lie between, and 50 come each second.
    expect(headroomAt(976)).toBe(0.5);
    expect(headroomAt(951)).toBe(0);
    expect(headroomAt(940)).toBe(0);
  });

  it('is not in sight when nothing waits, when nothing comes, and before the journal was full once', () => {
    const clock = new ManualClock();
    expect(growing(clock, 1_000).headroomAt(1_051)).toBeUndefined();
    const quiet = followed(clock);
    quiet.saw(901, 1_000, 950);
    clock.advance(1_000);
    quiet.saw(901, 1_000, 950);
    expect(quiet.headroomAt(950)).toBeUndefined();
    const young = followed(clock);
    young.saw(0, 10, 5);
    clock.advance(1_000);
    young.saw(0, 60, 5);
    expect(young.headroomAt(5)).toBeUndefined();
  });

  it('is measured anew when sequences begin again', () => {
    const clock = new ManualClock();
    const { saw, headroomAt } = growing(clock, 1_000);
    clock.advance(1_000);
    saw(1, 100, 50);
    expect(headroomAt(50)).toBeUndefined();
  });
});

describe('the age of the oldest waiting event', () => {
  const clock = new ManualClock();
  const position = { next: 0 };
  let backlog: Backlog;
  const age = (next: number): number => {
    position.next = next;
    return backlog.ageMs(clock.now());
  };

  beforeEach(() => {
    position.next = 0;
    backlog = new Backlog(clock, position);
  });

  it('counts from when it was known until it is stored', () => {
    expect(age(0)).toBe(0);
    backlog.read(9, 10, false);
    clock.advance(300);
    expect(age(0)).toBe(300);
    expect(age(9)).toBe(300);
    expect(age(10)).toBe(0);
  });

  it('is that of the oldest one alone, however long there was always another', () => {
    backlog.read(9, 10, true);
    clock.advance(300);
    position.next = 10;
    backlog.saw(0, 19);
    backlog.passed();
    clock.advance(200);
    backlog.read(29, 10, true);
    expect(age(10)).toBe(200);
    expect(age(20)).toBe(0);
  });

  it('goes on when the same events are read again', () => {
    backlog.read(9, 10, false);
    clock.advance(300);
    backlog.saw(0, 9);
    backlog.read(9, 10, false);
    expect(age(0)).toBe(300);
  });

  it('goes on while the journal cannot be asked, and something counts as waiting', () => {
    backlog.owe();
    clock.advance(300);
    backlog.owe();
    expect([age(0), backlog.size()]).toEqual([300, 1]);
    position.next = 5;
    backlog.saw(0, 4);
    backlog.oweNothing();
    expect([age(5), backlog.size()]).toEqual([0, 0]);
  });

  it('keeps few marks of a long wait, and is rather too old than too young', () => {
    // 64 marks over ten seconds.
    const GAP_MS = 400;
    for (let newest = 0; newest < 10_000; newest++) {
      backlog.read(newest, 10, true);
      clock.advance(1);
    }
    expect(age(0)).toBe(10_000);
    for (const next of [100, 5_000, 9_000, 9_999]) {
      expect(age(next)).toBeGreaterThanOrEqual(10_000 - next);
      expect(age(next)).toBeLessThanOrEqual(10_000 - next + 2 * GAP_MS);
    }
  });

  it('begins anew with another journal, or one that has lost its end', () => {
    backlog.read(9, 10, false);
    clock.advance(300);
    backlog.read(19, 10, false);
    clock.advance(100);
    position.next = 12;
    backlog.saw(0, 14);
    expect(age(12)).toBe(100);
    position.next = 0;
    backlog.saw(0, -1);
    expect(age(0)).toBe(0);
  });
});
