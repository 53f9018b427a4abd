import { existsSync } from 'node:fs';
import { appCommand, freePort, projectPath } from '@nearscore/local-cluster';
import { startProcess, testLogPath, type TestProcess } from './test-process';

export interface TestApp extends TestProcess {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
}

type AppEnvironment = Readonly<Record<string, string>>;

/** The built gateway (`npm run build`), live. `env`: at least NEARSCORE_GRID_MEMBERS, NEARSCORE_GRID_CLUSTER, REDIS_URL. */
export function startGateway(env: AppEnvironment): Promise<TestApp> {
  return startApp('gateway', 'NEARSCORE_GATEWAY_PORT', env);
}

/** The built inference node (`npm run build`), live. `env`: at least NEARSCORE_GRID_MEMBERS, NEARSCORE_GRID_CLUSTER. */
export function startNode(env: AppEnvironment): Promise<TestApp> {
  return startApp('inference-node', 'NEARSCORE_NODE_PORT', env);
}

async function startApp(app: 'gateway' | 'inference-node', portSetting: string, env: AppEnvironment): Promise<TestApp> {
  if (!existsSync(projectPath('dist', 'apps', app, 'src', 'main.js'))) {
    throw new Error(`${app} is not built: npm run build`);
  }
  const port = env[portSetting] === undefined ? await freePort() : Number(env[portSetting]);
  const name = `${app}-${port}`;
  const environment = { ...env, [portSetting]: String(port) };
  const started = await startProcess(appCommand({ name, app, port, env: environment, logPath: testLogPath(name) }));
  return { ...started, port, url: `http://127.0.0.1:${port}` };
}
