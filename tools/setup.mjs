// What a bare clone needs before anything runs. Plain Node, no dependencies: it installs them.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BUILD_STAMP = join(ROOT, 'dist', '.build-hash');
const NODE_WANTED = [20, 20];
const JAVA_WANTED = 17;

/** A set-up that cannot go on; the message is all that a person needs. */
export class SetupError extends Error {}

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = NODE_WANTED;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new SetupError(`Node ${NODE_WANTED.join('.')} or later is needed; this is ${process.versions.node}.`);
}

export function requireJava() {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const { error, stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  const found = error ? undefined : /version "(?:1\.)?(\d+)/.exec(stderr)?.[1];
  if (Number(found) >= JAVA_WANTED) return;
  const state = found === undefined ? `\`${java}\` does not run` : `\`${java}\` is Java ${found}`;
  throw new SetupError(`Java ${JAVA_WANTED} or later is needed for grid members; ${state}. JAVA_HOME names another.`);
}

/** Maven fetches the Hazelcast jar (and a Redis, where none is installed) once; later starts do without. */
export function requireMaven() {
  const cache = join(ROOT, '.cache', 'artifacts');
  if (existsSync(cache) && readdirSync(cache).some((name) => name.endsWith('.jar'))) return;
  if (spawnSync('mvn', ['--version'], { stdio: 'ignore' }).error === undefined) return;
  throw new SetupError('Maven (`mvn`) is needed once, to fetch Hazelcast; it is not on the PATH.');
}

/** `npm ci` when node_modules is not what package-lock.json says. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  console.log('  installing dependencies (npm ci)');
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  await run(command, args);
}

function isInstalled() {
  const installed = readJson('node_modules', '.package-lock.json')?.packages;
  if (installed === undefined) return false;
  const wanted = Object.entries(readJson('package-lock.json').packages).filter(([path]) => path !== '');
  // Optional packages are those of other platforms, too.
  return wanted.every(([path, { version, optional }]) =>
    installed[path] === undefined ? optional === true : installed[path].version === version,
  );
}

/** `npm run build` when a source or a setting of the build has changed since the last one. */
export async function ensureBuilt() {
  const hash = hashOfSources();
  if (existsSync(BUILD_STAMP) && readFileSync(BUILD_STAMP, 'utf8') === hash) return;
  console.log('  building');
  // What a removed source has left behind must not be found.
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  const nest = join('node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const apps = Object.keys(readJson('nest-cli.json').projects);
  // What the libs become is the same from each app.
  await twoAtOnce([...apps.map((app) => [nest, 'build', app]), [join('tools', 'build-client.mjs')]], (args) =>
    run(process.execPath, args),
  );
  writeFileSync(BUILD_STAMP, hash);
}

function hashOfSources() {
  const hash = createHash('sha256');
  const names = ['package-lock.json', 'tsconfig.json', 'nest-cli.json', join('tools', 'build-client.mjs')];
  const settings = names.map((name) => join(ROOT, name));
  for (const path of [...settings, ...sourcesIn(join(ROOT, 'apps')), ...sourcesIn(join(ROOT, 'libs'))]) {
    hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

function sourcesIn(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(ts|json|proto)$/.test(entry.name) && !entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Everything that tests and benches need of a bare clone, but what the built code fetches itself. */
export async function setUp() {
  requireNode();
  requireJava();
  requireMaven();
  await ensureInstalled();
  await ensureBuilt();
}

/** For tools that are busy on one core for most of their time. */
export async function twoAtOnce(items, work) {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

/** Runs a command in the repository, output shown. Rejects with SetupError when it fails. */
export async function run(command, args) {
  const code = await exitCodeOf(spawn(command, args, { cwd: ROOT, stdio: 'inherit' }));
  if (code !== 0) throw new SetupError(`\`${[command, ...args].join(' ')}\` failed (${code}).`);
}

/** Its exit code, or the signal's or the error's name. A signal to this process is passed on, and then ends it. */
export function exitCodeOf(child) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  let received;
  const passOn = (signal) => {
    received = signal;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, passOn);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.code));
    child.once('close', (code, signal) => resolve(signal ?? code));
  }).then((code) => {
    for (const signal of signals) process.off(signal, passOn);
    if (received) process.kill(process.pid, received);
    return code;
  });
}

/** Runs `main`; a SetupError is shown as its message alone. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}

function readJson(...parts) {
  const path = join(ROOT, ...parts);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}
