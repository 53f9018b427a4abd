import { LanePulse, noteOf } from '../lane/lane-pulse';
import { LaneWatchdog, type StuckLane } from './lane-watchdog';

const LIMIT_MS = 10_000;
const run = { stage: 'run', stream: 'fraud', model: 'mlp', version: 3 } as const;
const load = { ...run, stage: 'load' } as const;

function setUp() {
  const pulses: LanePulse[] = [new LanePulse(), new LanePulse()];
  const stuck: StuckLane[] = [];
  const watchdog = new LaneWatchdog({
    limitMs: LIMIT_MS,
    pulses: () => pulses.map((pulse, lane) => [lane, pulse] as const),
    onStuck: (lane) => stuck.push(lane),
  });
  watchdog.start();
  const pulse = (lane: number): LanePulse => pulses[lane] as LanePulse;
  /** Time goes by in which only these lanes make turns. */
  const pass = (ms: number, ...turning: number[]): void => {
    for (let at = 0; at < ms; at += 500) {
      for (const lane of turning) pulse(lane).turn();
      jest.advanceTimersByTime(500);
    }
  };
  return { watchdog, pulses, stuck, pulse, pass };
}

describe('LaneWatchdog', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('tells of a lane that made no turn for the limit, once, with what it was doing', () => {
    const { stuck, pulse, pass } = setUp();
    pass(3000, 0, 1);
    void pulse(1).during(noteOf(run), () => new Promise(() => undefined));
    pass(LIMIT_MS - 1000, 0);
    expect(stuck).toEqual([]);
    pass(30_000, 0);
    expect(stuck).toEqual([{ lane: 1, activity: run, stuckMs: LIMIT_MS }]);
  });

  it('is content with one turn within the limit', () => {
    const { stuck, pass } = setUp();
    for (let round = 0; round < 5; round++) {
      pass(500, 0, 1);
      pass(LIMIT_MS - 2000, 0);
    }
    expect(stuck).toEqual([]);
  });

  it('knows no more than that for a lane that says nothing', () => {
    const { stuck, pass } = setUp();
    pass(500, 0, 1);
    pass(LIMIT_MS + 1000, 1);
    expect(stuck).toEqual([{ lane: 0, activity: undefined, stuckMs: LIMIT_MS }]);
  });

  it('gives a model that is loaded six times as long', () => {
    const { stuck, pulse, pass } = setUp();
    pass(500, 0, 1);
    void pulse(0).during(noteOf(load), () => new Promise(() => undefined));
    pass(6 * LIMIT_MS - 1000, 1);
    expect(stuck).toEqual([]);
    pass(2000, 1);
    expect(stuck).toEqual([{ lane: 0, activity: load, stuckMs: 6 * LIMIT_MS }]);
  });

  it('counts its own ticks: after a pause of the process nobody is stuck', () => {
    const { stuck, pass } = setUp();
    pass(500, 0, 1);
    pass(LIMIT_MS - 2000, 0);
    // A paused process gets no ticks, whatever the clock says when it goes on.
    jest.setSystemTime(Date.now() + 3_600_000);
    pass(500, 0, 1);
    pass(LIMIT_MS - 2000, 0);
    expect(stuck).toEqual([]);
  });

  it('does not wait for a lane that has not begun, and judges each life of a lane anew', () => {
    const { stuck, pulses, pass } = setUp();
    pass(3 * LIMIT_MS, 1);
    expect(stuck).toEqual([]);
    pass(500, 0, 1);
    pass(LIMIT_MS - 2000, 1);
    pulses[0] = new LanePulse();
    pass(500, 0, 1);
    pass(LIMIT_MS - 2000, 1);
    expect(stuck).toEqual([]);
  });

  it('stops', () => {
    const { stuck, watchdog, pass } = setUp();
    pass(500, 0, 1);
    watchdog.stop();
    pass(2 * LIMIT_MS);
    expect(stuck).toEqual([]);
  });
});
