import { type NodeEntry } from '@nearscore/registry';
import { type OtherNode, PartitionService } from './partition-service';

const failing = [{ stream: 'fraud', epoch: 3 }];

function other(fields: Partial<OtherNode> = {}, epoch = 3): OtherNode {
  const streams = [{ stream: 'fraud', epoch }] as NodeEntry['streams'];
  return { ready: true, serving: true, streams, ...fields };
}

describe('PartitionService', () => {
  it('begins when every lane has tried what is deployed, and goes on while a lane starts again', () => {
    const service = new PartitionService();
    expect(service.decide(false, [], undefined)).toBe(false);
    expect(service.decide(true, [], undefined)).toBe(true);
    expect(service.decide(false, [], [])).toBe(true);
  });

  it('begins with a stream that it cannot score only when it knows that nobody can', () => {
    const service = new PartitionService();
    expect(service.decide(true, failing, undefined)).toBe(false);
    expect(service.decide(true, failing, [])).toBe(true);
    expect(new PartitionService().decide(true, failing, [other()])).toBe(false);
  });

  it.each([
    ['applies an older epoch', other({}, 2)],
    ['is not ready', other({ ready: false })],
    ['does not serve', other({ serving: false })],
    ['does not score the stream', other({ streams: [] })],
  ])('leaves nothing to a node that %s', (_what, node) => {
    const service = new PartitionService();
    service.decide(true, [], []);
    expect(service.decide(true, failing, [node])).toBe(true);
  });

  it('leaves its partitions to one that can score them, and takes them again when it can', () => {
    const service = new PartitionService();
    service.decide(true, [], []);
    expect(service.decide(true, failing, [other()])).toBe(false);
    expect(service.decide(true, [], [other()])).toBe(true);
  });

  it('does not come back for every change of the other, and does when nobody serves', () => {
    const service = new PartitionService();
    service.decide(true, [], []);
    service.decide(true, failing, [other()]);
    expect(service.decide(true, failing, [other({ ready: false }, 2)])).toBe(false);
    expect(service.decide(true, failing, [other({ serving: false })])).toBe(true);
  });

  it('does not leave partitions to nobody when two nodes fail at different streams', () => {
    const [a, b] = [new PartitionService(), new PartitionService()];
    const spam = [{ stream: 'spam', epoch: 1 }];
    const entry = (serving: boolean, stream: string): OtherNode =>
      other({ ready: false, serving, streams: [{ stream, epoch: 3 }] as NodeEntry['streams'] });
    let serving = [a.decide(true, [], []), b.decide(true, [], [])];
    // Each has seen the other while it was ready.
    serving = [
      a.decide(true, failing, [other()]),
      b.decide(true, spam, [other({}, 3), other({ streams: [{ stream: 'spam', epoch: 1 }] as NodeEntry['streams'] })]),
    ];
    for (let beat = 0; beat < 3; beat++) {
      const [aServes = false, bServes = false] = serving;
      serving = [a.decide(true, failing, [entry(bServes, 'fraud')]), b.decide(true, spam, [entry(aServes, 'spam')])];
    }
    expect(serving).toEqual([true, true]);
  });
});
