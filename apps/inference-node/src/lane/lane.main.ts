import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { NestFactory } from '@nestjs/core';
import { type FollowerNews, type LeaseNews, WIRE_DEFAULTS } from '@nearscore/grid';
import { LaneServer } from '@nearscore/grid-transport';
import { fingerprintOf, predictionStampOf } from '@nearscore/records';
import { DeployedStreams } from './deployed-streams';
import { LaneControl } from './lane-control';
import { type LaneData, type LaneLogLevel, type LaneReport } from './lane-messages';
import { LanePulse } from './lane-pulse';
import { LaneRetries } from './lane-retries';
import { LaneStatistics } from './lane-statistics';
import { LaneModule } from './lane.module';
import { sessionLoader } from './load-session';
import { Parking } from './parking';
import { RethrowFilter } from './rethrow.filter';
import { SchemaSource } from './schema-source';
import { createStreamScorer } from './scoring/create-stream-scorer';
import { SessionPool } from './session-pool';

const MAX_SCANS = 4;
/** A lane that scores fewer has time to spare: its records do not wait for each other. */
const BUSY_EVENTS_PER_SECOND = 8_000;
/** Half of what is read again after a crash in any case. */
const CHECKPOINT_EVENTS = 128;

/** The composition root of a lane, a worker thread of the node: a Nest microservice whose transport is the journal. */
async function runLane(port: NonNullable<typeof parentPort>, lane: LaneData): Promise<void> {
  const send = (report: LaneReport) => port.postMessage(report);
  const log = (level: LaneLogLevel, message: string, fields: Record<string, unknown>) =>
    send({ type: 'log', level, message, fields });

  // No other life of this lane, before or after, has this name: a lease is held by one life.
  const holder = `${lane.nodeId}/${lane.lane}#${randomBytes(6).toString('hex')}`;
  const follower = {
    ...{ ...lane, holder, maxScans: MAX_SCANS },
    ...{ busyEventsPerSecond: BUSY_EVENTS_PER_SECOND, checkpointEvents: CHECKPOINT_EVENTS },
  };
  const pulse = new LanePulse(lane.pulse);
  const statistics = new LaneStatistics();
  const schemas = new SchemaSource((schemaId) => server.fetchSchema(schemaId));
  const pool = new SessionPool(sessionLoader(lane.maxBatch, pulse));
  const scoring = { schemas, maxBatch: lane.maxBatch, observe: statistics.observe };
  const streams = new DeployedStreams({
    ...{ pool, pulse },
    createScorer: (deployed, sessions) =>
      createStreamScorer({ deployed, ...sessions, ...scoring, pulse, lane: server }),
  });
  const parking = new Parking(streams, send);
  const server: LaneServer = new LaneServer({
    connection: {
      ...WIRE_DEFAULTS,
      clusterName: lane.clusterName,
      clientName: `${lane.nodeId}/lane-${lane.lane}`,
      tls: lane.tls,
    },
    follower,
    identity: { fingerprintOf, stampOf: predictionStampOf },
    park: (record, done) => parking.park(record, done),
    unparked: (stream, _partition, keys) =>
      send({ type: 'unparked', stream, keys: keys.map(({ key, sequence }) => ({ keyData: toBase64(key), sequence })) }),
    isLocal: (partition) => control.isLocal(partition),
    observe: statistics.observe,
    news: (stream, partition, news) => log(levelOf(news), news.kind, { stream, partition, ...plain(news) }),
    leaseNews: (partition, news) => log(levelOfLease(news), news.kind, { partition, ...news }),
    checkpointUnreadable: (partition, error) =>
      log('error', 'checkpoint unreadable', { partition, err: String(error) }),
    events: {
      onConnected: ({ host, port }) => log('info', 'lane connected', { member: `${host}:${port}` }),
      onTrouble: ({ host, port }, error) =>
        log('warn', 'lane connection', { member: `${host}:${port}`, err: error.message }),
    },
  });
  const app = await NestFactory.createMicroservice(LaneModule.with(streams, statistics), {
    strategy: server,
    logger: false,
  });
  app.useGlobalFilters(new RethrowFilter());
  await app.listen();

  const shutDown = async () => {
    await app.close();
    await streams.close();
  };
  const retries = new LaneRetries(server, streams, send);
  const control: LaneControl = new LaneControl(port, {
    ...{ server, streams, pool, statistics, parking, retries, pulse, shutDown },
  });
  control.start();
}

/** A lost connection makes every partition go back at once and is told by the connection itself. */
function levelOf(news: FollowerNews): LaneLogLevel {
  if (news.kind !== 'rewind') return news.kind === 'rescanned' ? 'info' : 'warn';
  return news.error.code === 'WIRE_CONNECTION_LOST' ? 'debug' : 'warn';
}

/** Leases given back and taken again are everyday; the others tell of a lane that is gone or late. */
function levelOfLease(news: LeaseNews): LaneLogLevel {
  return news.kind === 'lease-taken' && news.from === null ? 'debug' : 'warn';
}

function toBase64(key: string): string {
  return Buffer.from(key, 'latin1').toString('base64');
}

/** Errors do not survive structured cloning with their fields. */
function plain(news: FollowerNews): Record<string, unknown> {
  return news.kind === 'rewind' ? { code: news.error.code, err: news.error.message } : { ...news };
}

if (parentPort) void runLane(parentPort, workerData as LaneData);
