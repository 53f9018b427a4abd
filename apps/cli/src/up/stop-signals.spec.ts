import { StopSignals } from './stop-signals';

describe('StopSignals', () => {
  let now = 0;
  const told: string[] = [];
  const fresh = (): StopSignals => {
    told.length = 0;
    return new StopSignals(
      (signal) => told.push(signal),
      () => now,
    );
  };
  const state = ({ signals }: StopSignals) => ({ stop: signals.stop.aborted, kill: signals.kill.aborted });

  it('stops in order at the first signal and at once at the next', () => {
    const signals = fresh();
    expect(state(signals)).toEqual({ stop: false, kill: false });
    signals.receive('SIGINT');
    expect(state(signals)).toEqual({ stop: true, kill: false });
    now += 1_500;
    signals.receive('SIGINT');
    expect(state(signals)).toEqual({ stop: true, kill: true });
    expect(told).toEqual(['SIGINT']);
  });

  it('takes one Ctrl-C for one, when npm hands it on too', () => {
    const signals = fresh();
    signals.receive('SIGINT');
    now += 20;
    signals.receive('SIGINT');
    expect(state(signals)).toEqual({ stop: true, kill: false });
  });

  it('goes on stopping in order when npm ends meanwhile', () => {
    const signals = fresh();
    signals.receive('SIGINT');
    now += 5_000;
    signals.receive('SIGTERM');
    expect(state(signals)).toEqual({ stop: true, kill: false });
  });
});
