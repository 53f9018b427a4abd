import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { basename, join } from 'node:path';
import { loadLocalClusterConfig } from '@nearscore/config';
import { hazelcastJar, projectPath, redisBinary } from '@nearscore/local-cluster';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
}

export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${arch()}`,
  };
}

/** Versions of all that figures depend on. */
export async function versionsInUse(): Promise<Record<string, string>> {
  const java = execFileSync(loadLocalClusterConfig().java, ['--version'], { encoding: 'utf8' });
  return {
    nearscore: git('describe', '--always', '--dirty'),
    node: process.versions.node,
    java: java.split('\n', 1)[0] ?? '',
    hazelcast: basename(await hazelcastJar(() => undefined), '.jar'),
    'hazelcast-client': installedVersion('hazelcast-client'),
    'onnxruntime-node': installedVersion('onnxruntime-node'),
    ioredis: installedVersion('ioredis'),
    redis: await redisVersion(),
    '@platformatic/kafka': installedVersion('@platformatic/kafka'),
    '@grpc/grpc-js': installedVersion('@grpc/grpc-js'),
    'jet peer': pinnedVersion('jet', 'onnxruntime'),
    'kafka peer': pinnedVersion('kafka', 'kafka_2.13'),
  };
}

async function redisVersion(): Promise<string> {
  const line = execFileSync(await redisBinary(() => undefined), ['--version'], { encoding: 'utf8' });
  return /v=(\S+)/.exec(line)?.[1] ?? line;
}

/** Of a dependency in a peer's pom.xml. */
function pinnedVersion(peer: string, artifact: string): string {
  const pom = readFileSync(join(__dirname, '..', 'peers', peer, 'pom.xml'), 'utf8');
  const version = new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>([^<]+)`).exec(pom)?.[1];
  return `${artifact} ${version}`;
}

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, {
      cwd: projectPath(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

function installedVersion(name: string): string {
  const manifest = readFileSync(projectPath('node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
