import { ManualClock } from '../../../../test/fixtures/journal/manual-clock';
import { Backlog } from './backlog';

/** A journal that holds 100 events and has grown from `newest` by 50 in one second. */
function growing(clock: ManualClock, newest: number): Backlog {
  const backlog = new Backlog(clock);
  backlog.saw(newest - 99, newest);
  clock.advance(1_000);
  backlog.saw(newest - 49, newest + 50);
  return backlog;
}

describe('headroom', () => {
  it('is the time until the journal, as it grows now, drops the next event to be scored', () => {
    const backlog = growing(new ManualClock(), 1_000);
    // The oldest is 951; 25 events lie between, and 50 come each second.
    expect(backlog.headroomSeconds(976)).toBe(0.5);
    expect(backlog.headroomSeconds(951)).toBe(0);
    expect(backlog.headroomSeconds(940)).toBe(0);
  });

  it('is not in sight when nothing waits, when nothing comes, and before the journal was full once', () => {
    const clock = new ManualClock();
    expect(growing(clock, 1_000).headroomSeconds(1_051)).toBeUndefined();
    const quiet = new Backlog(clock);
    quiet.saw(901, 1_000);
    clock.advance(1_000);
    quiet.saw(901, 1_000);
    expect(quiet.headroomSeconds(950)).toBeUndefined();
    const young = new Backlog(clock);
    young.saw(0, 10);
    clock.advance(1_000);
    young.saw(0, 60);
    expect(young.headroomSeconds(5)).toBeUndefined();
  });

  it('is measured anew when sequences begin again', () => {
    const clock = new ManualClock();
    const backlog = growing(clock, 1_000);
    clock.advance(1_000);
    backlog.saw(1, 100);
    expect(backlog.headroomSeconds(50)).toBeUndefined();
  });
});

describe('the age of the oldest waiting event', () => {
  it('counts from when something waits until all is stored', () => {
    const clock = new ManualClock();
    const backlog = new Backlog(clock);
    expect(backlog.ageMs(clock.now())).toBe(0);
    backlog.read(9, false);
    clock.advance(300);
    expect(backlog.ageMs(clock.now())).toBe(300);
    backlog.stored();
    expect(backlog.ageMs(clock.now())).toBe(0);
  });

  it('goes on while full readings say that there may be more', () => {
    const clock = new ManualClock();
    const backlog = new Backlog(clock);
    backlog.read(9, true);
    clock.advance(300);
    backlog.stored();
    backlog.read(19, true);
    clock.advance(300);
    expect(backlog.ageMs(clock.now())).toBe(600);
    backlog.caughtUp();
    expect(backlog.ageMs(clock.now())).toBe(0);
  });
});
