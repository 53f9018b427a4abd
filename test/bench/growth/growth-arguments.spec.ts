import { parseBenchArguments } from '../bench-arguments';

const growthOf = (...args: string[]) => parseBenchArguments(['growth', ...args])?.[0]?.growth;

describe('the options of growth', () => {
  it('are all axes from a base case of one partition count, three rounds', () => {
    const [run] = parseBenchArguments(['growth']) ?? [];
    expect(run).toMatchObject({ scenario: 'growth', options: { partitions: [31], rounds: 3 } });
    expect(run?.options.rates).toMatchObject({ bulk: [20_000], maximum: false, single: [], latency: [] });
    expect([...(run?.growth.axes ?? [])]).toEqual([
      ['keys', [10_000, 100_000, 1_000_000, 3_000_000]],
      ['streams', [1, 2, 4, 8]],
      ['members', [1, 2, 3]],
      ['width', [8, 30, 128, 1024]],
      ['listeners', [0, 10, 50]],
    ]);
    expect(run?.growth).toMatchObject({ listenerRate: 2_000, heapMb: undefined });
  });

  it('can be fewer and smaller', () => {
    const growth = growthOf('--growth-axes', 'keys', '--growth-keys', '10000,100000', '--growth-heap', '1024');
    expect([...(growth?.axes ?? [])]).toEqual([['keys', [10_000, 100_000]]]);
    expect(growth?.heapMb).toBe(1_024);
  });

  it.each([
    ['--growth-axes', 'keys,depth', '--growth-axes: keys, streams, members, width, listeners, not depth'],
    ['--growth-keys', '100000,many', '--growth-keys: a whole number from 4000 on, not many'],
    ['--growth-keys', '1000', '--growth-keys: a whole number from 4000 on, not 1000'],
    ['--growth-keys', '10500', '--growth-keys: whole thousands, not 10500'],
    ['--growth-members', '0', '--growth-members: a whole number from 1 on, not 0'],
    ['--growth-width', '', '--growth-width: a whole number from 1 on, not nothing'],
    ['--growth-listeners', '1.5', '--growth-listeners: a whole number from 0 on, not 1.5'],
    ['--growth-listener-rate', '20', '--growth-listener-rate: a whole number from 1000 on, not 20'],
    ['--growth-heap', '-1', '--growth-heap'],
  ])('refuse %s %s', (option, value, message) => expect(() => growthOf(`${option}=${value}`)).toThrow(message));
});
