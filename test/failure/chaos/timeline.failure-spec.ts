import { ChaosLog } from './chaos-log';
import { timelineSvg } from './timeline';

describe('timelineSvg', () => {
  it('draws a bar for every state of a process, a mark for every fault, and a curve', () => {
    const log = new ChaosLog();
    log.accept({ at: 0, type: 'process', process: 'node-1', state: 'up' });
    log.accept({ at: 500, type: 'unscored', records: 1, oldestMs: 20 });
    log.accept({ at: 1_000, type: 'fault', name: 'kill -9 of <node-1>' });
    log.accept({ at: 1_000, type: 'process', process: 'node-1', state: 'down' });
    log.accept({ at: 1_500, type: 'unscored', records: 9, oldestMs: 2_000 });
    log.accept({ at: 2_000, type: 'fault-over', name: 'kill -9 of <node-1>' });
    log.accept({ at: 2_000, type: 'process', process: 'node-1', state: 'paused' });
    const svg = timelineSvg(log, 'a & b');
    expect(svg.match(/fill="#(7fb77e|d64545|f0b429)"/g)).toHaveLength(3);
    expect(svg).toContain('<title>1. kill -9 of &lt;node-1&gt;</title>');
    expect(svg).toContain('a &amp; b');
    expect(svg).toContain('up to 2.0 s');
    expect(svg.match(/<polyline points="([^"]*)"/)?.[1]?.split(' ')).toHaveLength(2);
  });
});
