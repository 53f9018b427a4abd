import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { projectPath } from '@nearscore/local-cluster';
import { startProcess, testLogPath, type TestProcess } from '@nearscore/testkit';
import { MAVEN_TIMEOUT_MS, runMaven } from './maven-tests';

const run = promisify(execFile);
const PROGRAM_TIMEOUT_MS = 60_000;

/** A project of docs/examples as a user has it: copied out of this repository and compiled there. */
export interface ExampleProject {
  /** Runs a program to its end and gives what it printed. */
  run(program: string): Promise<string>;
  /** Starts a program that does not end by itself; resolves when it has printed `ready`. */
  start(program: string, ready: RegExp): Promise<RunningProgram>;
  remove(): Promise<void>;
}

export interface RunningProgram extends TestProcess {
  /** All that it has printed. */
  output(): string;
}

/** @param args of every program */
export async function javaProject(args: () => readonly string[]): Promise<ExampleProject> {
  const folder = await copyOut('java');
  await runMaven(['-B', '-q', '-f', join(folder, 'pom.xml'), 'compile']);
  const classPath = [join(folder, 'target', 'classes'), join(folder, 'target', 'lib', '*')].join(delimiter);
  // C1 alone and a serial collector: a JVM that lives for seconds is up sooner.
  const flags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', classPath];
  return project(folder, 'java', (program) => [...flags, `example.${program}`, ...args()]);
}

/** @param args of every program */
export async function typescriptProject(args: () => readonly string[]): Promise<ExampleProject> {
  const folder = await copyOut('typescript');
  const options = { cwd: folder, timeout: MAVEN_TIMEOUT_MS };
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], options);
  await run('npx', ['tsc'], options);
  return project(folder, process.execPath, (program) => [join(folder, 'dist', `${program}.js`), ...args()]);
}

async function copyOut(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `nearscore-${name}-`));
  // What an editor or a curious user may have built in place stays behind.
  const filter = (path: string): boolean => !/[\\/](target|node_modules|dist)$/.test(path);
  await cp(projectPath('docs', 'examples', name), folder, { recursive: true, filter });
  return folder;
}

function project(folder: string, command: string, argsOf: (program: string) => string[]): ExampleProject {
  return {
    run: async (program) => (await run(command, argsOf(program), { timeout: PROGRAM_TIMEOUT_MS })).stdout,
    start: (program, ready) => startProgram(program, command, argsOf(program), ready),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function startProgram(name: string, command: string, args: string[], ready: RegExp): Promise<RunningProgram> {
  const logPath = testLogPath(name);
  const output = (): string => readFileSync(logPath, 'utf8');
  const started = await startProcess({
    ...{ name, command, args, logPath },
    isReady: () => Promise.resolve(ready.test(output())),
    readyTimeoutMs: PROGRAM_TIMEOUT_MS,
    stopTimeoutMs: 10_000,
  });
  return { ...started, output };
}
