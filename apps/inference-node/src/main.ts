import 'reflect-metadata';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { loadNodeConfig, type NodeConfig } from '@nearscore/config';
import { createLogger, NestLogger } from '@nearscore/logging';
import { createMetricsRegistry, LaneTotals, NodeMetrics } from '@nearscore/metrics';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module';
import { type StartLaneThread, workerLanes } from './lanes/lane-thread';
import { InferenceNode } from './node/inference-node';

const LANE_ENTRY = join(__dirname, 'lane/lane.main.js');
const HTTP = { requestTimeout: 10_000, connectionTimeout: 90_000, keepAliveTimeout: 72_000, bodyLimit: 64 * 1024 };

async function main(): Promise<void> {
  const config = loadNodeConfig();
  const logger = createLogger('inference-node', config.logLevel);
  const registry = createMetricsRegistry();
  const metrics = new NodeMetrics(registry, new LaneTotals(undefined, config.leaseMs));
  const node = new InferenceNode({ config, logger, metrics, startLane: lanesOf(config), die });

  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(node, registry), new FastifyAdapter(HTTP), {
    logger: new NestLogger(logger),
  });
  // By exit rather than by the signal once more: the last log lines are still to be written.
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen(config.http.port, config.http.host);

  const { port } = app.getHttpServer().address() as AddressInfo;
  node.start(port);
  logger.info({ url: await app.getUrl(), nodeId: config.nodeId, lanes: config.lanes }, 'inference node listens');
}

/** By signal: process.exit would wait for a thread that is stuck in native code. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function lanesOf(config: NodeConfig): StartLaneThread {
  const { nodeId, maxBatch, lingerMs, restMs, checkpointIntervalMs, logLevel } = config;
  const { leaseMs, replayEvents, auditIntervalMs } = config;
  const { clusterName, tls } = config.grid;
  return workerLanes(LANE_ENTRY, {
    ...{ nodeId, clusterName, tls, logLevel, maxBatch, lingerMs, restMs },
    ...{ checkpointIntervalMs, leaseMs, replayEvents, auditIntervalMs },
  });
}

main().catch((error: unknown) => {
  createLogger('inference-node', 'fatal').fatal({ err: error }, 'inference node could not start');
  process.exitCode = 1;
});
