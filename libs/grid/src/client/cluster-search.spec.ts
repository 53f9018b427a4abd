import { WireAuthenticationError, WireConnectionError } from '../wire/wire.errors';
import { findCluster } from './cluster-search';

const IDENTITY = { memberUuid: 'm', clusterId: 'c' };
const absent = new WireConnectionError('127.0.0.1:5701', 'connect ECONNREFUSED');
const foreign = new WireAuthenticationError('127.0.0.1:5702', 'the cluster is not named a');

const search = (connectTimeoutMs: number, probe: () => Promise<typeof IDENTITY>) =>
  findCluster({ members: ['127.0.0.1:5701'], clusterName: 'a', clientName: 'test', connectTimeoutMs }, probe);

/** Fails with each of the rounds, then answers. */
const probeOf = (...rounds: Error[][]) => {
  const probe = jest.fn(() => Promise.resolve(IDENTITY));
  for (const errors of rounds) probe.mockRejectedValueOnce(new AggregateError(errors));
  return probe;
};

describe('findCluster', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('asks again until a member answers', async () => {
    const probe = probeOf([absent], [absent], [absent]);
    const found = search(-1, probe);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await found).toEqual(IDENTITY);
    expect(probe).toHaveBeenCalledTimes(4);
  });

  it('ends at the deadline, with the reason of every member', async () => {
    const probe = jest.fn(() => Promise.reject(new AggregateError([absent, foreign])));
    const failure = expect(search(1_000, probe)).rejects.toMatchObject({
      code: 'GRID_UNAVAILABLE',
      message: expect.stringMatching(/No member of cluster a .*5701: connect ECONNREFUSED; .*5702 refused/),
    });
    await jest.advanceTimersByTimeAsync(999);
    await failure;
    expect(probe.mock.calls.length).toBeGreaterThan(1);
  });

  it('gives no probe more time than is left', async () => {
    const timeouts: number[] = [];
    const probe = jest.fn((_options: unknown, _addresses: unknown, timeoutMs?: number) => {
      timeouts.push(timeoutMs ?? NaN);
      return Promise.reject<typeof IDENTITY>(new AggregateError([absent]));
    });
    const options = { members: [], clusterName: 'a', clientName: 'test', connectTimeoutMs: 6_000 };
    const failure = expect(findCluster(options, probe)).rejects.toMatchObject({ code: 'GRID_UNAVAILABLE' });
    await jest.advanceTimersByTimeAsync(6_000);
    await failure;
    expect(timeouts[0]).toBe(5_000);
    expect(timeouts.at(-1)).toBeLessThan(1_000);
    expect(Math.min(...timeouts)).toBeGreaterThan(0);
  });

  it('ends at once when the cluster has another name: waiting cannot help', async () => {
    const probe = probeOf([foreign, foreign]);
    await expect(search(-1, probe)).rejects.toThrow('refuses the cluster name a');
    expect(probe).toHaveBeenCalledTimes(1);
  });

  it.each([
    [foreign, absent],
    [absent, foreign],
  ])('goes on when one member is of another cluster and one is not there yet', async (...errors) => {
    const found = search(-1, probeOf(errors));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await found).toEqual(IDENTITY);
  });
});

it.each([
  ['127.0.0.1:1', 'Connection to member 127.0.0.1:1: '],
  ['[::1]:1', 'Connection to member ::1:1: '],
])('connects to the host and port of %s', async (address, reason) => {
  const options = { members: [address], clusterName: 'a', clientName: 'test', connectTimeoutMs: 200 };
  await expect(findCluster(options)).rejects.toThrow(reason);
});
