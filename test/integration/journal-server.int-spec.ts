import 'reflect-metadata';
import { Controller, type INestMicroservice, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { type RunningConsumer } from '@nearscore/grid';
import {
  JOURNAL,
  type JournalContext,
  type JournalReset,
  JournalServer,
  type JournalServerOptions,
  type MapEvent,
  type PredictionEvent,
  RecordClient,
  resetOf,
} from '@nearscore/grid-transport';
import { PredictionRecord, predictionSerializer } from '@nearscore/records';
import { eventually, startMember, type TestMember, uniqueName } from '@nearscore/testkit';
import { Client } from 'hazelcast-client';
import { defer, lastValueFrom, of, tap } from 'rxjs';

const PARTITIONS = 7;
const JOURNAL_PER_PARTITION = 20;

let member: TestMember;
let client: Client;
const closing: (() => Promise<void>)[] = [];

/** What reached the handlers of the app under test. */
const told: { handler: string; data: unknown; context: JournalContext }[] = [];
let failures = 0;

function tell(handler: string, data: unknown, context: JournalContext): void {
  if (failures-- > 0) throw new Error('as the test wants');
  told.push({ handler, data, context });
}

const eventsTold = (): PredictionEvent[] =>
  told.flatMap(({ handler, data }) => (handler === 'events' ? (data as PredictionEvent[]) : []));

/** An app whose patterns are of this test alone. */
function appOf(map: string): Type {
  @Controller()
  class Handlers {
    @EventPattern(map)
    events(@Payload() events: PredictionEvent[], @Ctx() context: JournalContext): void {
      tell('events', events, context);
    }

    @EventPattern(resetOf(map))
    reset(@Payload() reset: JournalReset, @Ctx() context: JournalContext): void {
      tell('reset', reset, context);
    }

    @MessagePattern('requests')
    never(): void {
      throw new Error('a request handler got events');
    }
  }
  return moduleOf(Handlers);
}

function moduleOf(...controllers: Type[]): Type {
  @Module({ controllers })
  class TestModule {}
  return TestModule;
}

const gridOptions = (): JournalServerOptions['grid'] => ({
  members: [member.address],
  clusterName: member.clusterName,
});

async function listen(module: Type, options: Partial<JournalServerOptions> = {}): Promise<INestMicroservice> {
  const terms = { group: uniqueName('group'), leaseMs: 1_000, heartbeatMs: 200, checkpointIntervalMs: 50 };
  const strategy = new JournalServer({ grid: gridOptions(), ...terms, ...options });
  const app = await NestFactory.createMicroservice(module, { strategy, logger: false });
  closing.push(() => app.close());
  await app.listen();
  return app;
}

const close = async (): Promise<void> => void (await Promise.all(closing.splice(0).map((end) => end())));

async function putPredictions(map: string, from: number, to: number): Promise<void> {
  const predictions = await client.getMap<string, PredictionRecord>(map);
  const entries = Array.from({ length: to - from }, (_, n): [string, PredictionRecord] => [
    `k${from + n}`,
    new PredictionRecord(0.25, 'safe', [0.75, 0.25], 'model', 3, 2, from + n, 1n, 1_700_000_000_000),
  ]);
  await predictions.setAll(entries);
}

beforeAll(async () => {
  const journal = { enabled: true, capacity: JOURNAL_PER_PARTITION * PARTITIONS };
  member = await startMember({
    partitionCount: PARTITIONS,
    mapConfig: { 'predictions.small*': { 'event-journal': journal } },
  });
  client = await Client.newHazelcastClient({
    clusterName: member.clusterName,
    network: { clusterMembers: [member.address] },
    serialization: { compact: { serializers: [predictionSerializer as never] } },
    properties: { 'hazelcast.logging.level': 'OFF' },
  });
});

afterAll(async () => {
  await client?.shutdown();
  await member?.stop();
});

beforeEach(() => {
  told.length = failures = 0;
});

afterEach(close);

describe('a Nest app that listens to predictions', () => {
  it('gets them as plain data, and removals', async () => {
    const map = `predictions.${uniqueName('plain')}`;
    await listen(appOf(map));
    await putPredictions(map, 0, 1);
    await eventually(() => expect(eventsTold()).toHaveLength(1));
    await (await client.getMap<string, unknown>(map)).delete('k0');
    await eventually(() => expect(eventsTold()).toHaveLength(2));
    const partition = client.getPartitionService().getPartitionId('k0');
    const prediction = {
      ...{ score: 0.25, label: 'safe', scores: [0.75, 0.25], model: 'model', version: 3, epoch: 2 },
      ...{ sourceSequence: 0, scoredAt: 1_700_000_000_000 },
    };
    expect(JSON.parse(JSON.stringify(eventsTold()))).toEqual([
      { key: 'k0', partition, sequence: 0, prediction },
      { key: 'k0', partition, sequence: 1, prediction: null },
    ]);
    expect(told[0]?.context).toEqual({ map, partitions: [partition], isRedelivery: false });
  });

  it('gets a batch again that its handler did not take', async () => {
    failures = 2;
    const map = `predictions.${uniqueName('again')}`;
    await putPredictions(map, 0, 50);
    await listen(appOf(map));
    await eventually(() => expect(new Set(eventsTold().map(({ key }) => key)).size).toBe(50));
    expect(eventsTold()).toHaveLength(50);
    expect(told[0]?.context.isRedelivery).toBe(true);
  });

  it('waits for handlers that give observables, and for all handlers of a pattern', async () => {
    const map = `predictions.${uniqueName('several')}`;
    const tries = { slow: 0, other: 0 };
    @Controller()
    class Several {
      @EventPattern(map)
      slow() {
        return defer(() => of(++tries.slow)).pipe(
          tap((tried) => {
            if (tried < 3) throw new Error('as the test wants');
          }),
        );
      }

      @EventPattern(map)
      other(): void {
        tries.other++;
      }
    }
    const app = await listen(moduleOf(Several));
    await putPredictions(map, 0, 1);
    await eventually(() => expect(tries.slow).toBe(3));
    expect(tries.other).toBe(3);
    await app.close();
    expect(tries.slow).toBe(3);
  });

  it('is told of what it missed, before what is left, and again if it does not take that', async () => {
    const map = `predictions.${uniqueName('small')}`;
    const group = uniqueName('group');
    await putPredictions(map, 0, 50);
    await listen(appOf(map), { group });
    await eventually(() => expect(eventsTold()).toHaveLength(50));
    await close();
    await putPredictions(map, 0, 5 * JOURNAL_PER_PARTITION * PARTITIONS);
    [told.length, failures] = [0, 2];
    await listen(appOf(map), { group });
    await eventually(() => expect(eventsTold()).toHaveLength(JOURNAL_PER_PARTITION * PARTITIONS));
    const resets = told.filter(({ handler }) => handler === 'reset').map(({ data }) => data as JournalReset);
    expect(resets.every((reset) => reset.map === map && reset.reason === 'overflow')).toBe(true);
    expect(resets.flatMap(({ partitions }) => partitions).sort()).toEqual([...Array(PARTITIONS).keys()]);
    expect(told[0]?.handler).toBe('reset');
  });

  it('hears nothing of what is no prediction', async () => {
    const map = `predictions.${uniqueName('foreign')}`;
    await (await client.getMap<string, string>(map)).set('foreign', 'text');
    await putPredictions(map, 0, 5);
    await listen(appOf(map));
    await eventually(() => expect(eventsTold()).toHaveLength(5));
    expect(eventsTold().map(({ key }) => key)).not.toContain('foreign');
  });
});

describe('a Nest app that listens to another map', () => {
  it('gets bytes, or what its decoder makes of them; keys that are no text have their bytes', async () => {
    const name = uniqueName('others');
    const seen: MapEvent<unknown>[] = [];
    @Controller()
    class Others {
      @EventPattern(`features.${name}`)
      any(@Payload() events: MapEvent<unknown>[]): void {
        seen.push(...events);
      }
    }
    const map = await client.getMap<unknown, string>(`features.${name}`);
    await map.set(true, 'yes');
    await map.set(7, 'seven');
    await listen(moduleOf(Others), { decodeValue: (data) => data.toString('utf8', 12) });
    await eventually(() => expect(seen).toHaveLength(2));
    expect(seen).toContainEqual(expect.objectContaining({ key: null, keyData: expect.any(Buffer), value: 'yes' }));
    await close();
    seen.length = 0;
    await listen(moduleOf(Others));
    await eventually(() => expect(seen).toHaveLength(2));
    expect(seen).toContainEqual(expect.objectContaining({ value: expect.any(Buffer) }));
  });
});

describe('an app that cannot listen', () => {
  class Empty {}

  it.each([
    ['EVENT_PATTERN_REFUSED', 'predictions.*', undefined],
    ['EVENT_PATTERN_REFUSED', { map: 'predictions.fraud' }, undefined],
    ['EVENT_PATTERN_REFUSED', resetOf('predictions.fraud'), undefined],
    ['MAP_WITHOUT_JOURNAL', 'nearscore.nodes', undefined],
    ['CONSUMER_OPTIONS_INVALID', 'predictions.fraud', { maxBatch: 0 }],
    [
      'GRID_UNAVAILABLE',
      'predictions.fraud',
      { grid: { members: ['127.0.0.1:1'], clusterName: 'x', connectTimeoutMs: 100 } },
    ],
  ] as const)('fails to start with %s: %p', async (code, pattern, options) => {
    @Controller()
    class Handlers {
      @EventPattern(pattern)
      handle(): void {
        throw new Error('it listens');
      }
    }
    await expect(listen(moduleOf(Handlers), options ?? {})).rejects.toMatchObject({ code });
  });

  it('fails without any handler', async () => {
    Controller()(Empty);
    await expect(listen(moduleOf(Empty))).rejects.toMatchObject({ code: 'NO_EVENT_HANDLER' });
  });

  it('leaves patterns of other transports alone', async () => {
    const map = `predictions.${uniqueName('hybrid')}`;
    @Controller()
    class Hybrid {
      @EventPattern(map, JOURNAL)
      ours(@Payload() events: PredictionEvent[], @Ctx() context: JournalContext): void {
        tell('events', events, context);
      }

      @EventPattern('orders.*', Symbol('another transport'))
      theirs(): void {
        throw new Error('it is called');
      }
    }
    await listen(moduleOf(Hybrid));
    await putPredictions(map, 0, 1);
    await eventually(() => expect(eventsTold()).toHaveLength(1));
  });
});

describe('the record client', () => {
  let records: RecordClient;
  let map: string;

  beforeEach(() => {
    map = `features.${uniqueName('put')}`;
    records = new RecordClient({ grid: gridOptions() });
    closing.push(() => records.close());
  });

  const stored = async (): Promise<Record<string, unknown>> =>
    Object.fromEntries(await (await client.getMap<string, unknown>(map)).entrySet());

  it('puts records, one or many, and says where they are', async () => {
    const partition = client.getPartitionService().getPartitionId('a');
    expect(await lastValueFrom(records.send(map, { key: 'a', value: { x: 1.5 } }))).toEqual({ key: 'a', partition });
    const many = [
      { key: 'b', value: { x: 2 } },
      { key: 'c', value: { x: null } },
    ];
    expect(await lastValueFrom(records.emit(map, many))).toMatchObject([{ key: 'b' }, { key: 'c' }]);
    expect(JSON.parse(JSON.stringify(await stored()))).toMatchObject({ a: { x: 1.5 }, b: { x: 2 }, c: { x: null } });
  });

  it('keeps the order of what it is asked for, removals too', async () => {
    const last = Array.from({ length: 50 }, (_, n) => [
      records.emit(map, { key: 'a', value: { n } }),
      records.emit(map, { key: 'b', value: n % 2 === 0 ? { n } : null }),
    ]);
    await Promise.all(last.flat().map((written) => lastValueFrom(written)));
    expect(JSON.parse(JSON.stringify(await stored()))).toEqual({ a: { n: 49 } });
  });

  it.each([
    ['no key', { value: { x: 1 } }],
    ['a key that is not well-formed', { key: '\ud800', value: { x: 1 } }],
    ['no object', { key: 'a', value: [1] }],
    ['a value left out', { key: 'a' }],
    ['a number that is none', { key: 'a', value: { x: NaN } }],
    ['what has no JSON', { key: 'a', value: { x: 1n } }],
  ])('refuses %s, and the others are written', async (_, refused) => {
    const good = lastValueFrom(records.emit(map, { key: 'good', value: { x: 1 } }));
    await expect(lastValueFrom(records.emit(map, refused))).rejects.toMatchObject({ code: 'RECORD_REFUSED' });
    await expect(lastValueFrom(records.send(map, refused))).rejects.toMatchObject({ code: 'RECORD_REFUSED' });
    await good;
    expect(Object.keys(await stored())).toEqual(['good']);
  });

  it('tells whoever waits that the grid cannot be reached', async () => {
    const grid = { members: ['127.0.0.1:1'], clusterName: 'nobody', connectTimeoutMs: 100 };
    const lost = new RecordClient({ grid });
    const put = { key: 'a', value: { x: 1 } };
    await expect(lastValueFrom(lost.send(map, put))).rejects.toMatchObject({ code: 'GRID_UNAVAILABLE' });
    await expect(lastValueFrom(lost.emit(map, put))).rejects.toMatchObject({ code: 'GRID_UNAVAILABLE' });
    await lost.close();
  });

  it('refuses a pattern that is no name', async () => {
    const put = records.send({ map }, { key: 'a', value: { x: 1 } });
    await expect(lastValueFrom(put)).rejects.toMatchObject({ code: 'RECORD_REFUSED' });
  });
});

it('gives its consumer to those who look inside', async () => {
  const map = `predictions.${uniqueName('inside')}`;
  const app = await listen(appOf(map));
  await eventually(() => expect(app.unwrap<RunningConsumer>().status()).toMatchObject({ held: PARTITIONS }));
});
