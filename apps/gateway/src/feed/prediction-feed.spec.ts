import fc from 'fast-check';
import { eventually } from '@nearscore/testkit';
import { FeedRig, PARTITIONS, type RigSink } from '../../../../test/fixtures/feed/feed-rig';
import { decodeEventId } from './event-id.codec';

let rig: FeedRig;

const brings = (sink: RigSink, what: readonly string[]) =>
  eventually(() => expect(sink.sent.map((one) => one.what)).toEqual(what));
const textsOf = (sink: RigSink): string[] => sink.texts.map(String);

beforeEach(async () => {
  rig = await FeedRig.start();
});

afterEach(() => {
  rig.feed.close();
  rig.readings.discard();
  expect(rig.failures).toEqual([]);
});

describe('one reading for all', () => {
  test('every listener is sent the same bytes, made once per format', async () => {
    const plain = await Promise.all(Array.from({ length: 50 }, () => rig.listen()));
    const cloud = await Promise.all(Array.from({ length: 50 }, () => rig.listen(undefined, 'cloudevents')));
    rig.write(0);
    await eventually(() => expect([...plain, ...cloud].every(({ sink }) => sink.texts.length === 2)).toBe(true));
    expect(new Set(plain.map(({ sink }) => sink.texts[1])).size).toBe(1);
    expect(new Set(cloud.map(({ sink }) => sink.texts[1])).size).toBe(1);
    expect(rig.readings.size).toBe(PARTITIONS);
    expect(rig.journals.map(({ readings }) => readings.map(({ from }) => from))).toEqual([[0, 1], [0], [0]]);
  });

  test('a reading that nobody wants any more is left open until its next event, and used again until then', async () => {
    rig.feed.close();
    expect(rig.readings.size).toBe(PARTITIONS);
    rig.write(0);
    await eventually(() => expect(rig.readings.size).toBe(PARTITIONS - 1));
    expect(rig.journals.map(({ readings }) => readings.length)).toEqual([1, 1, 1]);
    const told: number[] = [];
    const nothing = { onReset: () => undefined, onFailed: () => undefined };
    const onEvent = (_: number, { sequence }: { sequence: number }): void => void told.push(sequence);
    await Promise.all([0, 1].map((partition) => rig.readings.subscribe(partition, { ...nothing, onEvent })));
    await eventually(() => expect(rig.journals.map(({ readings }) => readings.length)).toEqual([2, 1, 1]));
    rig.write(0);
    rig.write(1);
    await eventually(() => expect(told.sort()).toEqual([0, 1]));
  });

  test('values that are no predictions are passed over, and their positions with them', async () => {
    const { sink } = await rig.listen();
    rig.journals[1]?.add('somebody else wrote this');
    const written = rig.write(1);
    await brings(sink, ['begin', `1:${written}`]);
    expect(decodeEventId(sink.lastId)?.positions).toEqual([0, 2, 0]);
  });

  test('a listener that has left is told nothing more', async () => {
    const [left, stays] = [await rig.listen(), await rig.listen()];
    left.listener.end('shutdown');
    const written = rig.write(2);
    await brings(stays.sink, ['begin', `2:${written}`]);
    await brings(left.sink, ['begin', 'close shutdown']);
    expect(left.sink.isOver).toBe(true);
  });
});

describe('what is gone', () => {
  test('is told by partition, with an id behind it', async () => {
    const { sink } = await rig.listen();
    rig.write(0);
    await eventually(() => expect(sink.texts).toHaveLength(2));
    rig.journals[0]?.ownerChanged();
    for (let n = 0; n < 600; n++) rig.write(0);
    rig.journals[0]?.dropBefore(590);
    await eventually(() => expect(sink.sent.map(({ what }) => what)).toContain('reset overflow [0]'));
    await eventually(() => expect(sink.predictionsOf(0).pop()).toBe(601));
    expect(rig.resets).toEqual(['overflow']);
    expect(sink.sent.find(({ what }) => what.startsWith('reset'))?.id).toBeDefined();
  });

  test('told again with other content it has no id, and what follows has', async () => {
    const { sink } = await rig.listen();
    const before = [rig.write(0), rig.write(0), rig.write(0)];
    await eventually(() => expect(sink.predictionsOf(0)).toEqual(before));
    rig.journals[0]?.failOver(2);
    const after = [rig.write(0), rig.write(0), rig.write(0)];
    await eventually(() => expect(sink.predictionsOf(0)).toEqual([...before, ...after]));
    const ids = sink.sent.slice(1).map(({ id }) => id && decodeEventId(id)?.positions[0]);
    expect(ids).toEqual([1, 2, 3, undefined, undefined, 4]);
  });

  test.each([
    [PARTITIONS, 'reset restarted [0,1,2]'],
    [2, 'reset partitions-changed [0,1]'],
  ])(
    'with the whole grid is told at once, and a grid of %d partitions is told of from its oldest',
    async (count, reset) => {
      const [one, late] = [await rig.listen(), await rig.listen('oldest')];
      const before = rig.write(0);
      for (const { sink } of [one, late]) await brings(sink, ['begin', `0:${before}`]);
      const old = [...rig.journals];
      rig.setPartitions(count);
      const after = [rig.write(1), rig.write(0)];
      rig.grid.wire.clusterId = 'grid-2';
      for (const journal of old) journal.restart();
      for (const { sink } of [one, late]) {
        await eventually(() => expect(sink.texts).toHaveLength(5));
        const [, , told, ...rest] = sink.sent.map(({ what }) => what);
        expect(told).toBe(reset);
        expect(rest.sort()).toEqual([`0:${after[1]}`, `1:${after[0]}`]);
        expect(decodeEventId(sink.lastId)?.positions).toEqual(rig.feed.positions);
      }
      const resumed = await rig.listen({ lastEventId: one.sink.lastId });
      const [next] = [rig.write(1)];
      await brings(resumed.sink, ['begin', `1:${next}`]);
    },
  );
});

describe('heartbeats', () => {
  test('tell where a listener stands when nothing else did, once', async () => {
    const { listener, sink } = await rig.listen();
    listener.heartbeat();
    rig.journals[0]?.add('passed over');
    await eventually(() => expect(rig.feed.positions).toEqual([1, 0, 0]));
    listener.heartbeat();
    listener.heartbeat();
    expect(textsOf(sink).slice(1)).toEqual([
      ': heartbeat\n\n',
      `: heartbeat\nid: ${rig.feed.id()}\n\n`,
      ': heartbeat\n\n',
    ]);
  });
});

describe('resuming', () => {
  test('from a gateway that was ahead: what was told there is not told again', async () => {
    rig.write(0);
    rig.write(0);
    const { sink } = rig.begin({ positions: [2, 0, 0], resets: [] });
    const elsewhere = rig.write(1);
    await brings(sink, ['begin', `1:${elsewhere}`]);
    expect(decodeEventId(sink.lastId)?.positions).toEqual([2, 1, 0]);
    await eventually(() => expect(rig.feed.positions).toEqual([2, 1, 0]));
    const next = rig.write(0);
    await brings(sink, ['begin', `1:${elsewhere}`, `0:${next}`]);
    expect(sink.lastId).toBe(rig.feed.id());
  });

  test('wherever, whenever and however often: each event once, in order per partition, with ids of their own', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ write: fc.nat({ max: PARTITIONS - 1 }), times: fc.integer({ min: 1, max: 70 }) }),
      },
      { weight: 2, arbitrary: fc.constantFrom('newest' as const, 'oldest' as const, 'turn' as const) },
      { weight: 2, arbitrary: fc.record({ resume: fc.nat() }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const world = await FeedRig.start();
        const sinks: RigSink[] = [];
        for (const one of steps) await take(world, sinks, one);
        for (let partition = 0; partition < PARTITIONS; partition++) world.write(partition);
        await eventually(() => {
          for (const sink of sinks) expect(historyOf(sink)).toEqual(expectedOf(world, sink));
        });
        for (const sink of sinks) {
          const ids = sink.sent.map(({ id }) => id);
          expect(ids).not.toContain(undefined);
          expect(new Set(ids).size).toBe(ids.length);
        }
        expect(world.failures).toEqual([]);
        world.feed.close();
        world.readings.discard();
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test('takes events no faster than there is room', async () => {
    for (let n = 0; n < 300; n++) rig.write(0);
    await eventually(() => expect(rig.feed.positions[0]).toBe(300));
    let makeRoom = (): void => undefined;
    const { sink, listener } = await rig.listen('oldest');
    sink.full = new Promise((resolve) => (makeRoom = resolve));
    const before = rig.journals[0]?.readings.length ?? 0;
    await eventually(() => expect(rig.journals[0]?.readings.length).toBe(before + 1));
    const live = rig.write(1);
    await eventually(() => expect(sink.predictionsOf(1)).toEqual([live]));
    expect(sink.predictionsOf(0)).toEqual([]);
    expect(listener.isBehind).toBe(true);
    sink.full = undefined;
    makeRoom();
    await eventually(() => expect(sink.predictionsOf(0)).toHaveLength(300));
    expect(listener.isBehind).toBe(false);
  });
});

type Step = { write: number; times: number } | 'newest' | 'oldest' | 'turn' | { resume: number };

async function take(world: FeedRig, sinks: RigSink[], step: Step): Promise<void> {
  if (step === 'turn') await new Promise((resolve) => setImmediate(resolve));
  else if (step === 'newest') sinks.push((await world.listen()).sink);
  else if (step === 'oldest') sinks.push((await world.listen('oldest')).sink);
  else if ('write' in step) for (let n = 0; n < step.times; n++) world.write(step.write);
  else {
    const ids = sinks.flatMap(({ sent }) => sent.flatMap(({ id }) => id ?? []));
    const lastEventId = ids[step.resume % ids.length];
    if (lastEventId === undefined) return;
    const { sink } = await world.listen({ lastEventId });
    expect(sink.sent[0]?.id).toBe(lastEventId);
    sinks.push(sink);
  }
}

const all = Array.from({ length: PARTITIONS }, (_, partition) => partition);

function historyOf(sink: RigSink): number[][] {
  return all.map((partition) => sink.predictionsOf(partition));
}

/** All that was written behind the position that it began with. */
function expectedOf(world: FeedRig, sink: RigSink): number[][] {
  const { positions = [] } = decodeEventId(sink.sent[0]?.id ?? '') ?? {};
  return all.map((partition) => (world.written[partition] ?? []).slice(positions[partition]));
}
