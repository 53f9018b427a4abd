import { freePort, redisBinary, redisCommand } from '@nearscore/local-cluster';
import { print } from '../results/print';
import { type BenchSystem } from './bench-system';
import { logPath } from './log-path';
import { peerWorker } from './peer-worker';
import { type StageOptions } from './stage-options';
import { type StageProcesses } from './stage-processes';

/** A Redis in memory, and one worker of a consumer group. It has no partitions, and no Compact. */
export async function startRedisStreams(processes: StageProcesses, options: StageOptions): Promise<BenchSystem[]> {
  const port = await freePort();
  const binary = await redisBinary((what) => print(`  fetching ${what}`));
  const { pid: redis } = await processes.start(
    redisCommand({ name: 'bench-redis', binary, port, logPath: logPath('redis') }),
  );
  const setup = { port, model: options.model };
  const { pid: worker } = await processes.start(
    peerWorker('redis-streams', 'redis-streams/redis-streams.main.ts', setup),
  );
  const target = { kind: 'redis', port } as const;
  return [{ name: 'redis-streams', processes: { redis, worker }, store: redis, target, forms: ['floats'] }];
}
