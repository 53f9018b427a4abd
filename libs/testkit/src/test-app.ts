import { existsSync } from 'node:fs';
import { appCommand, projectPath } from '@nearscore/local-cluster';
import { eventually } from './eventually';
import { freePort } from './free-port';
import { startProcess, testLogPath, type TestProcess } from './test-process';

export interface TestApp extends TestProcess {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
}

type AppEnvironment = Readonly<Record<string, string>>;

const GRID_TIMEOUT_MS = 30_000;

/**
 * The built gateway (`npm run build`), connected to its grid: it is live before, and answers 503 then. `env`: at least
 * NEARSCORE_GRID_MEMBERS, NEARSCORE_GRID_CLUSTER, REDIS_URL.
 */
export async function startGateway(env: AppEnvironment): Promise<TestApp> {
  const gateway = await startApp('gateway', 'NEARSCORE_GATEWAY_PORT', env);
  await gridConnected(gateway.url);
  return gateway;
}

/** Waits until the gateway at this URL answers from its grid. */
export async function gridConnected(url: string): Promise<void> {
  const answers = async (): Promise<void> => {
    const answer = await fetch(`${url}/v1/models`);
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
  };
  await eventually(answers, { timeoutMs: GRID_TIMEOUT_MS });
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
