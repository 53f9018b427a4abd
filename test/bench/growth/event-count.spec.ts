import { EventCount } from './event-count';

describe('EventCount', () => {
  const stream = Buffer.from('retry: 1\n\nevent: x\ndata: 1\n\nevent: x\n: event: y\n\nevent: x\n');

  it.each([1, 2, 3, 7, 8, 9, 10, 100])('counts what comes in chunks of %i bytes', (size) => {
    const events = new EventCount('event: x\n');
    for (let at = 0; at < stream.length; at += size) events.add(stream.subarray(at, at + size));
    expect(events.count).toBe(3);
  });
});
