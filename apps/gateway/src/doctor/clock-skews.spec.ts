import { nodeEntryOf } from '../../../../test/fixtures/registry/node-entry';
import { measureClockSkews } from './clock-skews';

describe('measureClockSkews', () => {
  it('measures at the next beat of each node, not at one of before', async () => {
    let looks = 0;
    const list = () => {
      looks++;
      const beat = (id: string, atLook: number, skewMs: number) =>
        nodeEntryOf({ id, beats: looks < atLook ? 1 : 2, heartbeatAt: looks < atLook ? 0 : Date.now() + skewMs });
      return Promise.resolve([beat('ahead', 2, 60_000), beat('behind', 4, -60_000)]);
    };
    const skews = await measureClockSkews(list, 10_000);
    expect(looks).toBe(4);
    for (const [id, skewMs] of [
      ['ahead', 60_000],
      ['behind', -60_000],
    ] as const) {
      expect(Math.round((skews.get(id) ?? 0) / skewMs)).toBe(1);
    }
  });

  it('gives those up that do not beat', async () => {
    const skews = await measureClockSkews(() => Promise.resolve([nodeEntryOf({ id: 'silent' })]), 10);
    expect([...skews]).toEqual([['silent', undefined]]);
  });
});
