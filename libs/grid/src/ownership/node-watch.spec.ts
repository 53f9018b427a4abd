import * as fc from 'fast-check';
import { NodeWatch } from './node-watch';

const DEAD_AFTER_MS = 1500;
const entry = (id: string, beats: string | number) => ({ id, beats });

describe('NodeWatch', () => {
  it('takes a node for alive until its beats were the same for too long', () => {
    const watch = new NodeWatch(DEAD_AFTER_MS);
    expect(watch.observe(0, [entry('a', 1)])).toEqual(new Set(['a']));
    expect(watch.observe(500, [entry('a', 2)])).toEqual(new Set(['a']));
    for (const now of [1000, 1500, 1999]) expect(watch.observe(now, [entry('a', 2)])).toEqual(new Set(['a']));
    expect(watch.observe(2000, [entry('a', 2)])).toEqual(new Set());
    expect(watch.observe(2500, [entry('a', 3)])).toEqual(new Set(['a']));
  });

  it('knows another life of a process by other beats, also when they count from one again', () => {
    const watch = new NodeWatch(DEAD_AFTER_MS);
    watch.observe(0, [entry('a', '1700000000000/9')]);
    for (const now of [700, 1400]) watch.observe(now, [entry('a', '1700000000000/9')]);
    expect(watch.observe(1600, [entry('a', '1690000000000/1')])).toEqual(new Set(['a']));
    expect(watch.observe(3000, [entry('a', '1690000000000/1')])).toEqual(new Set(['a']));
  });

  it('gives a node two heartbeats', () => {
    const watch = NodeWatch.ofHeartbeat(500);
    watch.observe(0, [entry('a', 1)]);
    expect(watch.observe(500, [entry('a', 1)])).toEqual(new Set(['a']));
    expect(watch.observe(1000, [entry('a', 1)])).toEqual(new Set());
  });

  it('forgets a node whose entry is gone', () => {
    const watch = new NodeWatch(DEAD_AFTER_MS);
    for (const now of [0, 700, 1400]) watch.observe(now, [entry('a', 1), entry('b', now)]);
    expect(watch.observe(1500, [entry('b', 1500)])).toEqual(new Set(['b']));
    expect(watch.observe(1600, [entry('a', 1), entry('b', 1600)])).toEqual(new Set(['a', 'b']));
  });

  it('finds nobody dead by the first look after a pause of its own, and those still silent by the second', () => {
    const watch = new NodeWatch(DEAD_AFTER_MS);
    watch.observe(0, [entry('a', 1), entry('b', 1)]);
    expect(watch.observe(60_000, [entry('a', 1), entry('b', 2)])).toEqual(new Set(['a', 'b']));
    expect(watch.observe(120_000, [entry('a', 1), entry('b', 3)])).toEqual(new Set(['b']));
  });

  it('never doubts a node that beats between any two looks, and finds a silent one within two more looks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), (gaps) => {
        const watch = new NodeWatch(DEAD_AFTER_MS);
        let now = 0;
        for (const [look, gap] of gaps.entries()) {
          now += gap;
          const alive = watch.observe(now, [entry('beating', look), entry('silent', 1)]);
          expect(alive).toContain('beating');
          if (now - (gaps[0] ?? 0) < DEAD_AFTER_MS) expect(alive).toContain('silent');
        }
        for (let look = 0; look < 3; look++) watch.observe((now += DEAD_AFTER_MS), [entry('silent', 1)]);
        expect(watch.observe(now, [entry('silent', 1)])).toEqual(new Set());
      }),
    );
  });
});
