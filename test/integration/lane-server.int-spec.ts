import 'reflect-metadata';
import { type INestMicroservice, Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { type FollowedStream, type FollowerNews, RecordBatch, WIRE_DEFAULTS } from '@nearscore/grid';
import { type LaneContext, LaneServer } from '@nearscore/grid-transport';
import { fingerprintOf } from '@nearscore/records';
import { eventually, startMember, type TestMember } from '@nearscore/testkit';
import { Client } from 'hazelcast-client';
import { echo } from '../fixtures/journal/echo-lane';

const PARTITIONS = Array.from({ length: 7 }, (_, partition) => partition);

/** What reached which handler, and how it is to end. */
const seen: { handler: string; stream: string; records: number }[] = [];
let failures = 0;
let gate: Promise<void> | undefined;

@Controller()
class Handlers {
  @MessagePattern('features.request')
  never(): void {
    throw new Error('a request handler got events');
  }

  @EventPattern('features.*')
  async any(@Payload() batch: RecordBatch, @Ctx() context: LaneContext): Promise<void> {
    seen.push({ handler: 'any', stream: context.stream, records: batch.count });
    await gate;
    if (failures-- > 0) throw new Error('as the test wants');
    echo(batch);
  }

  @EventPattern('features.special')
  special(@Payload() batch: RecordBatch, @Ctx() context: LaneContext): void {
    seen.push({ handler: 'special', stream: context.stream, records: batch.count });
    echo(batch);
  }
}

@Module({ controllers: [Handlers] })
class HandlersModule {}

let member: TestMember;
let client: Client;
let app: INestMicroservice;
let server: LaneServer;
let news: [stream: string, news: FollowerNews][];

const stream = (name: string): FollowedStream => ({
  name,
  recordMap: `features.${name}`,
  predictionMap: `predictions.${name}`,
});

function serverNamed(clientName: string): LaneServer {
  return new LaneServer({
    connection: { ...WIRE_DEFAULTS, clusterName: member.clusterName, clientName },
    follower: {
      ...{ maxBatch: 64, lingerMs: 0, checkpointIntervalMs: 50, maxScans: 1 },
      ...{ restMs: 0, busyEventsPerSecond: 1 },
      ...{ holder: clientName, leaseMs: 1_000, replayEvents: 16, auditIntervalMs: 0 },
    },
    identity: { fingerprintOf, stampOf: () => false },
    park: (_, done) => done(),
    isLocal: () => true,
    news: (name, _partition, what) => news.push([name, what]),
  });
}

const memberUuid = (): string => String(client.getCluster().getMembers()[0]?.uuid);

async function put(name: string, count: number): Promise<Record<string, string>> {
  const entries = Array.from({ length: count }, (_, n) => [`key-${n}`, `value ${n}`] as [string, string]);
  await (await client.getMap<string, string>(`features.${name}`)).setAll(entries);
  return Object.fromEntries(entries);
}

async function predictionsOf(name: string): Promise<Record<string, string>> {
  return Object.fromEntries(await (await client.getMap<string, string>(`predictions.${name}`)).entrySet());
}

beforeAll(async () => {
  member = await startMember({ partitionCount: PARTITIONS.length });
  client = await Client.newHazelcastClient({
    clusterName: member.clusterName,
    network: { clusterMembers: [member.address] },
    properties: { 'hazelcast.logging.level': 'OFF' },
  });
});

afterAll(async () => {
  await client?.shutdown();
  await member?.stop();
});

beforeEach(async () => {
  [seen.length, failures, gate, news] = [0, 0, undefined, []];
  server = serverNamed('lane-server-test');
  app = await NestFactory.createMicroservice(HandlersModule, { strategy: server, logger: false });
  await app.listen();
  const uuid = memberUuid();
  server.route(
    [{ uuid, host: member.host, port: member.port }],
    PARTITIONS.map(() => uuid),
    PARTITIONS,
  );
});

afterEach(() => app.close());

describe('a Nest microservice over the journal', () => {
  it('gets the events of every stream it follows as batches, each by the closest pattern', async () => {
    const expected = { usual: await put('usual', 200), special: await put('special', 50) };
    server.follow([stream('usual'), stream('special')], PARTITIONS);
    await eventually(async () => {
      expect({ usual: await predictionsOf('usual'), special: await predictionsOf('special') }).toEqual(expected);
    });
    const by = (handler: string) => seen.filter((one) => one.handler === handler);
    expect(new Set(by('any').map((one) => one.stream))).toEqual(new Set(['usual']));
    expect(new Set(by('special').map((one) => one.stream))).toEqual(new Set(['special']));
    expect(by('any').reduce((sum, { records }) => sum + records, 0)).toBe(200);
    expect(server.streams().get('usual')).toMatchObject({ unscored: 0, progress: { stored: 200 } });
  });

  it('gets the same events again when it throws', async () => {
    failures = 2;
    const expected = await put('failing', 30);
    server.follow([stream('failing')], PARTITIONS);
    await eventually(async () => expect(await predictionsOf('failing')).toEqual(expected));
    expect(failures).toBeLessThan(0);
    expect(server.streams().get('failing')?.progress.stored).toBe(30);
    expect(news).toContainEqual([
      'failing',
      { kind: 'rewind', error: expect.objectContaining({ code: 'BATCH_FAILED' }) },
    ]);
  });

  it('is no place for requests: a stream that only a request handler is named after goes by the next pattern', async () => {
    const expected = await put('request', 10);
    server.follow([stream('request')], PARTITIONS);
    await eventually(async () => expect(await predictionsOf('request')).toEqual(expected));
    expect(seen.every(({ handler }) => handler === 'any')).toBe(true);
  });

  it('closes when its batch is done and its checkpoints are written, and goes on from there', async () => {
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    await put('closing', 40);
    server.follow([stream('closing')], PARTITIONS);
    await eventually(() => expect(seen).not.toEqual([]));
    let closed = false;
    const closing = app.close().then(() => (closed = true));
    expect(closed).toBe(false);
    open();
    await closing;
    const stored = server.streams().get('closing')?.progress.stored ?? 0;
    expect(stored).toBeGreaterThan(0);
    expect(Object.keys(await predictionsOf('closing'))).toHaveLength(stored);
    expect(server.checkpointsWritten).toBeGreaterThan(0);
  });
});

describe('an app without a handler for a stream', () => {
  @Module({})
  class EmptyModule {}

  it('is told so, again and again, and nothing is passed', async () => {
    const own = serverNamed('no-handlers');
    const empty = await NestFactory.createMicroservice(EmptyModule, { strategy: own, logger: false });
    await empty.listen();
    const uuid = memberUuid();
    own.route([{ uuid, host: member.host, port: member.port }], [uuid], [0]);
    await put('nobody', 50);
    own.follow([stream('nobody')], [0]);
    const NO_HANDLER = { kind: 'rewind', error: { code: 'NO_EVENT_HANDLER' } };
    await eventually(() =>
      expect(news.slice(0, 2)).toMatchObject([
        ['nobody', NO_HANDLER],
        ['nobody', NO_HANDLER],
      ]),
    );
    expect(await predictionsOf('nobody')).toEqual({});
    await empty.close();
  });
});
