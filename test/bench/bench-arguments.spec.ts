import { parseBenchArguments } from './bench-arguments';

describe('parseBenchArguments', () => {
  it('measures streaming and then latency when nothing is asked for', () => {
    const runs = parseBenchArguments([]) ?? [];
    expect(runs.map(({ scenario }) => scenario)).toEqual(['streaming', 'latency']);
    const [streaming, latency] = runs.map(({ options }) => options);
    expect(streaming).toMatchObject({ partitions: [31, 271], models: ['mlp'], records: ['floats'], rounds: 3 });
    expect(streaming?.rates).toEqual({ bulk: [20_000, 40_000], maximum: true, single: [5_000], latency: [] });
    expect(latency?.rates).toEqual({ bulk: [], maximum: false, single: [], latency: [500, 2_000, 10_000] });
    expect(streaming?.warmUpRecords).toBeGreaterThanOrEqual(600_000);
  });

  it('takes lists, and lets an empty one leave a case out', () => {
    const args = [
      'streaming',
      '--systems',
      'jet,nearscore',
      '--models',
      'mlp,gradient-boosting',
      '--rates',
      '',
      '--no-maximum',
    ];
    const [{ options } = { options: undefined }] = parseBenchArguments(args) ?? [];
    expect(options).toMatchObject({ systems: ['jet', 'nearscore'], models: ['mlp', 'gradient-boosting'] });
    expect(options?.rates).toMatchObject({ bulk: [], maximum: false, single: [5_000] });
  });

  it('measures nothing for --help or a scenario that there is not', () => {
    expect(parseBenchArguments(['--help'])).toBeUndefined();
    expect(parseBenchArguments(['latencies'])).toBeUndefined();
  });

  it.each([
    ['--systems', 'jett'],
    ['--records', 'json'],
    ['--collector', 'zgc'],
    ['--rates', '20000,many'],
    ['--rounds', '0'],
  ])('refuses %s %s', (option, value) => expect(() => parseBenchArguments([option, value])).toThrow());
});
