import { NearscoreError } from '@nearscore/errors';
import { type ConsumerNews } from '@nearscore/grid';
import { JournalLog } from './journal-log';

function logOf(...news: ConsumerNews[]): string[] {
  const lines: string[] = [];
  const to = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const log = new JournalLog({ error: to('error'), warn: to('warn'), log: to('log'), debug: to('debug') });
  for (const one of news) log.take(one);
  return lines;
}

const retriable = new NearscoreError('TEST_PASSES', 'it passes', { retriable: true });

describe('what an operator reads of a consumer', () => {
  it('names a consumer that died once, however many partitions it had', () => {
    const taken = (partition: number, from: string | null) => ({ kind: 'lease-taken', partition, from }) as const;
    const lines = logOf(taken(1, 'a#1'), taken(2, 'a#1'), taken(3, null), taken(4, 'b#2'));
    expect(lines.filter((line) => !line.startsWith('debug'))).toEqual([
      'warn taking over from a#1, which did not give its partitions back',
      'warn taking over from b#2, which did not give its partitions back',
    ]);
    expect(lines).toHaveLength(6);
  });

  it.each<[string, ConsumerNews]>([
    ['log 5 partitions, 2 consumers in the group', { kind: 'share', partitions: 5, consumers: 2 }],
    ['warn partitions lost to c#3', { kind: 'lease-lost', partition: 1, to: 'c#3' }],
    [
      'warn position in m gone (overflow), partitions 1, 2',
      { kind: 'reset', map: 'm', reason: 'overflow', partitions: [1, 2] },
    ],
    [
      'warn a batch of m was rejected and comes again: why',
      { kind: 'handler-failed', map: 'm', error: { status: 'error', message: 'why' } },
    ],
    ['warn d#4 of this group consumes other maps: m, n', { kind: 'other-maps', consumer: 'd#4', maps: ['m', 'n'] }],
    [
      'error position of partition 7 unreadable: why',
      { kind: 'checkpoint-unreadable', partition: 7, error: new Error('why') },
    ],
    ['debug it passes', { kind: 'trouble', error: retriable }],
    ['error nothing', { kind: 'trouble', error: 'nothing' }],
  ])('has the line: %s', (line, news) => {
    expect(logOf(news)[0]).toBe(line);
  });
});
