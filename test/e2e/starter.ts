import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually, freePort, freePortRun } from '@nearscore/testkit';
import { childEnvironment } from '@nearscore/config';
import { guardGroup, isFree, projectPath, releaseGroup } from '@nearscore/local-cluster';

/** `npm start` as a person has it, on ports of its own. */
export interface Starter {
  readonly gatewayUrl: string;
  readonly memberPort: number;
  readonly clusterName: string;
  /** Everything that was printed so far. */
  output(): string;
  /** Waits until a line has been printed. */
  printed(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Process id of a child of the starter by its command line. */
  childPid(pattern: RegExp): number;
  /** Ctrl-C reaches npm and the starter alike. Resolves with npm's exit code. */
  interrupt(): Promise<number | null>;
  /** kill -9 of npm alone: the starter, and what it started, are left to themselves. */
  killNpm(): Promise<void>;
  /** Waits until neither the starter runs nor any of its ports is taken. */
  allGone(): Promise<void>;
}

const PRINT_TIMEOUT_MS = 240_000;

export async function startStarter(
  flags: readonly string[],
  settings: { clusterName: string; env?: Record<string, string> },
): Promise<Starter> {
  const [memberPort, nodePort] = [await freePortRun(3), await freePortRun(3)];
  const [redisPort, gatewayPort] = [await freePort(), await freePort()];
  const ports = {
    'member-port': memberPort,
    'node-port': nodePort,
    'redis-port': redisPort,
    'gateway-port': gatewayPort,
  };
  const portFlags = Object.entries(ports).flatMap(([name, port]) => [`--${name}`, String(port)]);
  const own = ['--grid-cluster', settings.clusterName, '--member-heap-mb', '256'];
  const npm = spawn('npm', ['start', '--', ...portFlags, ...own, ...flags], {
    cwd: projectPath(),
    // A group of its own, as a terminal would give it: Ctrl-C is a signal to the group.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: childEnvironment(settings.env),
  });
  const npmPid = npm.pid ?? 0;
  const ended = once(npm, 'exit') as Promise<[number | null]>;
  // A test run that is killed takes it along.
  guardGroup(npmPid);
  let text = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));

  const printed = (pattern: RegExp): Promise<RegExpMatchArray> =>
    eventually(
      () => {
        const match = pattern.exec(text);
        if (!match) throw new Error(`${pattern} was not printed in:\n${text}`);
        return match;
      },
      { timeoutMs: PRINT_TIMEOUT_MS, everyMs: 100 },
    );
  return {
    gatewayUrl: `http://127.0.0.1:${gatewayPort}`,
    memberPort,
    clusterName: settings.clusterName,
    output: () => text,
    printed,
    childPid: (pattern) => pidUnder(npmPid, pattern),
    interrupt: async () => {
      if (npm.exitCode === null && npm.signalCode === null) process.kill(-npmPid, 'SIGINT');
      const [code] = await ended;
      releaseGroup(npmPid);
      return code;
    },
    killNpm: async () => {
      npm.kill('SIGKILL');
      await ended;
    },
    allGone: async () => {
      const assertion = async (): Promise<void> => {
        const free = await Promise.all(Object.values(ports).map(isFree));
        expect(free).toEqual(free.map(() => true));
        expect(isGroupAlive(npmPid)).toBe(false);
      };
      await eventually(assertion, { timeoutMs: 30_000 });
      releaseGroup(npmPid);
    },
  };
}

/** npm may or may not keep a shell between itself and the starter. */
function pidUnder(ancestor: number, pattern: RegExp): number {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const processes = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter((match) => match !== null);
  const parents = new Map(processes.map(([, pid, ppid]) => [Number(pid), Number(ppid)]));
  const descends = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (pid === ancestor || descends(parents.get(pid)));
  const found = processes.find(([, pid, , args = '']) => pattern.test(args) && descends(Number(pid)));
  if (!found) throw new Error(`no process of the starter matches ${pattern}`);
  return Number(found[1]);
}

function isGroupAlive(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}
