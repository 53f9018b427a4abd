import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { childEnvironment } from '@nearscore/config';
import { projectPath } from '@nearscore/local-cluster';
import { eventually } from '@nearscore/testkit';
import { type Stack } from './stack';

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that goes on. */
export interface RunningCli {
  stdout(): string;
  stderr(): string;
  /** Its standard input. */
  write(text: string): void;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<CliRun>;
}

interface CliOptions {
  readonly gatewayUrl: string;
  /** Its standard input; default: empty. */
  readonly input?: string;
}

const LAUNCHER = projectPath('tools', 'nearscore.mjs');

/** The built command line, its output piped, with the gateway in the environment. */
export async function runCli(args: readonly string[], { gatewayUrl, input = '' }: CliOptions): Promise<CliRun> {
  const running = startCli(args, { gatewayUrl });
  running.write(input);
  running.end();
  return running.ended;
}

export function startCli(
  args: readonly string[],
  { gatewayUrl }: Pick<CliOptions, 'gatewayUrl'>,
): RunningCli & { end(): void } {
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    env: childEnvironment({ NEARSCORE_GATEWAY_URL: gatewayUrl }),
    stdio: 'pipe',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // It may end before it has read all.
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close').then(([code]): CliRun => ({ code: code as number | null, stdout, stderr }));
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    write: (text) => void child.stdin.write(text),
    end: () => void child.stdin.end(),
    signal: (signal) => void child.kill(signal),
    ended,
  };
}

/** Resolves when the gateway has found the grid, and a node serves: it is live before. */
export async function untilServing({ api }: Pick<Stack, 'api'>): Promise<void> {
  await eventually(
    async () => {
      const { nodes } = await api<{ nodes: { serving: boolean }[] }>('GET', '/v1/nodes');
      expect(nodes.map(({ serving }) => serving)).toEqual([true]);
    },
    { timeoutMs: 30_000 },
  );
}

/** The same on a terminal of 100 columns, by util-linux's `script`: what it shows, control sequences and all. */
export async function runOnTerminal(
  args: readonly string[],
  { gatewayUrl }: Pick<CliOptions, 'gatewayUrl'>,
): Promise<CliRun> {
  const command = [process.execPath, LAUNCHER, ...args].map((arg) => `'${arg.replaceAll("'", "'\\''")}'`).join(' ');
  const child = spawn('script', ['-qec', `stty cols 100; ${command}`, '/dev/null'], {
    env: childEnvironment({ NEARSCORE_GATEWAY_URL: gatewayUrl }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout.replaceAll('\r\n', '\n'), stderr };
}
