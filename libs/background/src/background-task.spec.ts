import { BackgroundTask } from './background-task';

/** Work whose runs end when the test says so. */
function controlledWork() {
  const ends: (() => void)[] = [];
  const work = jest.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
  const endRun = async (): Promise<void> => {
    ends.shift()?.();
    for (let tick = 0; tick < 5; tick++) await Promise.resolve();
  };
  return { work, endRun };
}

describe('BackgroundTask', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('runs at once and then an interval after each end', async () => {
    const { work, endRun } = controlledWork();
    const task = new BackgroundTask(work, 1000, fail);
    task.start();
    expect(work).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(5000);
    expect(work).toHaveBeenCalledTimes(1);
    await endRun();
    jest.advanceTimersByTime(999);
    expect(work).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(1);
    expect(work).toHaveBeenCalledTimes(2);
    await endRun();
    await task.stop();
  });

  it('runs once more for all that was asked during a run', async () => {
    const { work, endRun } = controlledWork();
    const task = new BackgroundTask(work, 1000, fail);
    task.start();
    for (let times = 0; times < 3; times++) task.soon();
    expect(work).toHaveBeenCalledTimes(1);
    await endRun();
    expect(work).toHaveBeenCalledTimes(2);
    await endRun();
    expect(work).toHaveBeenCalledTimes(2);
    await task.stop();
  });

  it('goes on after a failure', async () => {
    const onError = jest.fn();
    const work = jest.fn(() => Promise.reject(new Error('grid gone')));
    const task = new BackgroundTask(work, 10, onError);
    task.start();
    await jest.advanceTimersByTimeAsync(25);
    expect(work).toHaveBeenCalledTimes(3);
    expect(onError).toHaveBeenCalledTimes(3);
    await task.stop();
  });

  it('stops after the run under way, and stays so', async () => {
    const { work, endRun } = controlledWork();
    const task = new BackgroundTask(work, 10, fail);
    task.start();
    task.soon();
    const stopped = jest.fn();
    const stopping = task.stop().then(stopped);
    await Promise.resolve();
    expect(stopped).not.toHaveBeenCalled();
    await endRun();
    await stopping;
    task.soon();
    await jest.advanceTimersByTimeAsync(100);
    expect(work).toHaveBeenCalledTimes(1);
  });
});

function fail(error: unknown): void {
  throw error;
}
