import { answersOk } from '../probes/http-probe';
import { type ProcessSpec } from '../process/process-spec';
import { projectPath } from '../project-root';

export interface AppOptions {
  readonly name: string;
  readonly app: 'gateway' | 'inference-node';
  /** HTTP port on the loopback interface. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly logPath: string;
  readonly nodeFlags?: readonly string[];
}

const READY_TIMEOUT_MS = 60_000;
// A node finishes its batch and writes its checkpoint, a gateway its requests.
const STOP_TIMEOUT_MS = 15_000;

/** One of our own apps out of dist; ready when it is live: whether it can serve, `/health/ready` says. */
export function appCommand({ name, app, port, env, logPath, nodeFlags = [] }: AppOptions): ProcessSpec {
  return {
    name,
    command: process.execPath,
    args: [...nodeFlags, '--enable-source-maps', projectPath('dist', 'apps', app, 'src', 'main.js')],
    env,
    logPath,
    isReady: () => answersOk(`http://127.0.0.1:${port}/health/live`),
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  };
}
