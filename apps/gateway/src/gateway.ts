import { join } from 'node:path';
import { type GatewayConfig } from '@nearscore/config';
import { connectGrid } from '@nearscore/grid';
import { admitModel, type Candidate } from '@nearscore/inference';
import { type Logger, NestLogger } from '@nearscore/logging';
import { createMetricsRegistry, FeedMetrics, GatewayMetrics } from '@nearscore/metrics';
import { BoardQueues, createRedisConnection, type RedisConnection } from '@nearscore/queues';
import { predictionSerializer } from '@nearscore/records';
import { NestFactory } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { QueueBoard } from './admin/queue-board';
import { AppModule } from './app.module';
import { BackPressure } from './back-pressure/back-pressure';
import { StreamLags } from './back-pressure/stream-lags';
import { serveDocs } from './docs/openapi';
import { PredictionFeeds } from './feed/prediction-feeds';
import { GridConnection } from './grid/grid-connection';
import { createGridSession, type GridSession } from './grid/grid-session';
import { HandlerTimeoutInterceptor } from './http/handler-timeout.interceptor';
import { createHttpAdapter } from './http/http-adapter';
import { Lifecycle } from './lifecycle';
import { ModelRetention } from './models/model-retention';
import { ClusterWatch } from './nodes/cluster-watch';
import { createRollouts } from './rollouts/rollout-parts';
import { StreamCatalog } from './streams/stream-catalog';

const CLIENT_NAME = 'nearscore-gateway';
const CONNECT_TIMEOUT_MS = 5_000;

export interface GatewayOptions {
  readonly config: GatewayConfig;
  readonly logger: Logger;
  /** Compiled file that inspects a candidate model. Default: the one beside this file. */
  readonly inspectionEntry?: string;
}

/** The whole gateway, not yet listening. It connects to grid and Redis in the background and never waits for them. */
export async function createGateway(options: GatewayOptions): Promise<NestFastifyApplication> {
  const { config, logger, inspectionEntry = join(__dirname, 'models', 'inspection.main.js') } = options;
  const metrics = createMetricsRegistry();
  const requests = new GatewayMetrics(metrics);
  const redis = createRedisConnection(config.redisUrl, CLIENT_NAME);
  const connection = new GridConnection(() => openSession(config, logger), logger);
  const catalog = new StreamCatalog(connection, logger);
  const watch = new ClusterWatch(connection, config.heartbeatMs, logger);
  const lags = new StreamLags();
  watch.onLooked((nowMs, nodes, partitions) => lags.observe(nowMs, catalog.names(), nodes, partitions));
  const backPressure = backPressureOf(config, lags, requests);
  const feeds = new PredictionFeeds({
    ...{ connection, catalog, logger, limits: config.limits },
    metrics: new FeedMetrics(metrics),
  });
  const retention = new ModelRetention(connection, config.modelRetention, logger);
  const rollouts = createRollouts({ config, clientName: CLIENT_NAME, connection, watch, metrics, logger });
  const board = config.adminQueues ? queueBoardOf(config, redis, connection) : undefined;
  const lifecycle = new Lifecycle(
    [rollouts, catalog, watch, retention, ...(board ? [board] : []), redis, connection],
    config.limits.handlerTimeoutMs,
  );
  lifecycle.stopSignal.addEventListener('abort', () => {
    feeds.close();
    rollouts.progress.close();
  });
  const { modelLoadTimeoutMs: timeoutMs, modelRunTimeoutMs: runTimeoutMs } = config.limits;
  const examine = (candidate: Candidate) => admitModel(candidate, { timeoutMs, runTimeoutMs, entry: inspectionEntry });

  const { adapter, filter } = await createHttpAdapter({
    ...{ limits: config.limits, corsOrigins: config.corsOrigins, logger, isStopping: () => lifecycle.isStopping },
    observe: (sample) => requests.answered(sample),
  });
  const streams = { catalog, watch, lags, backPressure, feeds };
  const module = AppModule.of({
    config,
    metrics,
    connection,
    ...streams,
    redis,
    examine,
    retention,
    ...rollouts,
    lifecycle,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
  });
  lifecycle.watch(app.getHttpServer());
  app.useGlobalFilters(filter);
  app.useGlobalInterceptors(new HandlerTimeoutInterceptor(config.limits));
  serveDocs(app);
  await board?.serve(app.getHttpAdapter().getInstance());
  connection.start();
  return app;
}

function queueBoardOf(
  { redisUrl: url, grid }: GatewayConfig,
  redis: RedisConnection,
  connection: GridConnection,
): QueueBoard {
  const queues = new BoardQueues({ url, cluster: grid.clusterName, clientName: CLIENT_NAME });
  // Without the grid, those that all share are shown.
  const nodeIds = async () =>
    connection.isConnected() ? (await connection.session().nodes.list()).map(({ id }) => id) : [];
  return new QueueBoard({ queues, redis, nodeIds });
}

function backPressureOf(
  { maxUnscoredAgeSeconds }: GatewayConfig,
  lags: StreamLags,
  metrics: GatewayMetrics,
): BackPressure {
  metrics.lagsFrom(() => lags.entries());
  const refused = (stream: string): void => metrics.writeRefused(stream);
  return new BackPressure({ lags, defaultMaxAgeSeconds: maxUnscoredAgeSeconds, refused });
}

async function openSession({ grid }: GatewayConfig, logger: Logger): Promise<GridSession> {
  const connected = await connectGrid({
    members: grid.members,
    clusterName: grid.clusterName,
    clientName: CLIENT_NAME,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    compactSerializers: [predictionSerializer],
    logger,
    ...(grid.tls && { tls: grid.tls }),
  });
  const access = { clientName: CLIENT_NAME, tls: grid.tls, connectTimeoutMs: CONNECT_TIMEOUT_MS };
  return createGridSession(connected, access, logger);
}
