import { ReadPacing } from './read-pacing';

function createPacing() {
  const socket = { reads: true, pause: () => setReads(false), resume: () => setReads(true) };
  const setReads = (reads: boolean): never => {
    socket.reads = reads;
    return undefined as never;
  };
  const clock = { nowMs: 0 };
  return { socket, clock, pacing: new ReadPacing(socket, () => clock.nowMs) };
}

/** Reads of `answers` each, `everyMs`. */
function load({ clock, pacing }: ReturnType<typeof createPacing>, answers: number, everyMs: number): void {
  for (let read = 0; read < 100; read++) {
    clock.nowMs += everyMs;
    pacing.came(answers);
  }
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('reads at once what comes alone: 2,000 single records a second are a reading and an acknowledgement each', () => {
  const rig = createPacing();
  load(rig, 1, 0.25);
  expect(rig.socket.reads).toBe(true);
});

it('rests for two milliseconds under load, and goes on resting while it lasts', () => {
  const rig = createPacing();
  load(rig, 1, 0.1);
  expect(rig.socket.reads).toBe(false);
  jest.advanceTimersByTime(2);
  expect(rig.socket.reads).toBe(true);
  rig.clock.nowMs += 2;
  rig.pacing.came(20);
  expect(rig.socket.reads).toBe(false);
});

it('is at once again when the load is over', () => {
  const rig = createPacing();
  load(rig, 20, 2);
  jest.advanceTimersByTime(2);
  rig.clock.nowMs += 50;
  rig.pacing.came(2);
  expect(rig.socket.reads).toBe(true);
});

it('reads nothing while what is here was not taken, rested or not', () => {
  const rig = createPacing();
  load(rig, 1, 0.1);
  rig.pacing.hold();
  jest.advanceTimersByTime(2);
  expect(rig.socket.reads).toBe(false);
  expect(rig.pacing.isHeld).toBe(true);
  rig.pacing.taken();
  expect(rig.socket.reads).toBe(true);
});

it('does not end a rest when what is here is taken', () => {
  const rig = createPacing();
  rig.pacing.hold();
  load(rig, 1, 0.1);
  rig.pacing.taken();
  expect(rig.socket.reads).toBe(false);
  jest.advanceTimersByTime(2);
  expect(rig.socket.reads).toBe(true);
});

it('wakes nothing after its end', () => {
  const rig = createPacing();
  load(rig, 1, 0.1);
  rig.pacing.end();
  jest.advanceTimersByTime(10);
  expect(rig.socket.reads).toBe(false);
});
