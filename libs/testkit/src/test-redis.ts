import { redisBinary, redisCommand } from '@nearscore/local-cluster';
import { freePort } from './free-port';
import { startProcess, testLogPath, type TestProcess } from './test-process';

export interface TestRedis extends TestProcess {
  readonly port: number;
  readonly url: string;
}

/** A real, empty Redis on a free port. Stop it in `afterAll`. */
export async function startRedis(settings: { port?: number } = {}): Promise<TestRedis> {
  const port = settings.port ?? (await freePort());
  const binary = await redisBinary(() => undefined);
  const started = await startProcess(
    redisCommand({ name: `redis-${port}`, binary, port, logPath: testLogPath('redis') }),
  );
  return { ...started, port, url: `redis://127.0.0.1:${port}` };
}
