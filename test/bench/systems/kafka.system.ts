import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Admin } from '@platformatic/kafka';
import { loadLocalClusterConfig } from '@nearscore/config';
import { freePort, projectPath } from '@nearscore/local-cluster';
import { PREDICTION_TOPIC, RECORD_TOPIC } from '../peers/kafka/kafka-names';
import { type BenchSystem } from './bench-system';
import { javaProject } from './java-project';
import { logPath } from './log-path';
import { peerWorker } from './peer-worker';
import { type StageOptions } from './stage-options';
import { type StageProcesses } from './stage-processes';

// As Kafka's own start script sets them.
const JAVA_FLAGS = [
  '-Xms1g',
  '-Xmx1g',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
];
const CLUSTER_ID = 'bmVhcnNjb3JlLWJlbmNoLQ';
const READY_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 10_000;

/** One broker that is its own controller, and one consumer; both topics have as many partitions as the grids. No Compact. */
export async function startKafka(
  processes: StageProcesses,
  { model, partitions }: StageOptions,
): Promise<BenchSystem[]> {
  const [port, controllerPort] = [await freePort(), await freePort()];
  const address = `127.0.0.1:${port}`;
  const { pid: broker } = await startBroker(processes, address, `127.0.0.1:${controllerPort}`);
  await createTopics(address, partitions);
  const main = 'kafka/kafka-consumer.main.ts';
  const { pid: worker } = await processes.start(peerWorker('kafka-consumer', main, { address, model }));
  const target = { kind: 'kafka', address, partitions } as const;
  return [{ name: 'kafka-consumer', processes: { broker, worker }, store: broker, target, forms: ['floats'] }];
}

async function startBroker(processes: StageProcesses, address: string, controller: string) {
  const folder = projectPath('.cache', 'bench');
  mkdirSync(folder, { recursive: true });
  const data = mkdtempSync(join(folder, 'kafka-'));
  processes.onStopped(() => rmSync(data, { recursive: true, force: true }));
  const settings = join(data, 'server.properties');
  writeFileSync(settings, brokerSettings(join(data, 'log'), address, controller));
  const { java } = loadLocalClusterConfig();
  const classPath = (await javaProject('kafka')).join(':');
  const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', settings];
  await promisify(execFile)(java, ['-cp', classPath, ...format]);
  return processes.start({
    name: 'bench-kafka',
    command: java,
    args: [...JAVA_FLAGS, '-cp', classPath, 'kafka.Kafka', settings],
    logPath: logPath('kafka'),
    isReady: () => answers(address),
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
}

function brokerSettings(logFolder: string, address: string, controller: string): string {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${controller}`,
    listeners: `PLAINTEXT://${address},CONTROLLER://${controller}`,
    'advertised.listeners': `PLAINTEXT://${address}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': logFolder,
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

async function createTopics(address: string, partitions: number): Promise<void> {
  const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [address] });
  await admin.createTopics({ topics: [RECORD_TOPIC, PREDICTION_TOPIC], partitions, replicas: 1 });
  await admin.close();
}

async function answers(address: string): Promise<boolean> {
  const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [address], retries: 0 });
  try {
    await admin.listTopics();
    return true;
  } catch {
    return false;
  } finally {
    await admin.close();
  }
}
