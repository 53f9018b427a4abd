import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { ArtifactError } from '../local-cluster.errors';
import { projectPath } from '../project-root';

/** A file in, or inside of, an artifact of Maven Central. */
export interface MavenFile {
  /** group:artifact:version */
  readonly artifact: string;
  /** Name of the file after `goal`. */
  readonly fileName: string;
  /** `copy` takes the jar itself, `unpack` one file out of it. */
  readonly goal: 'copy' | 'unpack';
  readonly sha256: string;
}

// Pinned, so that the goals below mean the same everywhere.
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const FETCH_TIMEOUT_MS = 300_000;
const run = promisify(execFile);

/**
 * The path of the file in .cache/artifacts, fetched with the machine's own Maven (and so its settings and mirrors) when
 * it is not there. Its checksum is compared on every call. Throws ArtifactError.
 */
export async function cachedMavenFile(file: MavenFile, onFetch: (what: string) => void): Promise<string> {
  const folder = projectPath('.cache', 'artifacts');
  const path = join(folder, file.fileName);
  if (existsSync(path) && (await sha256Of(path)) === file.sha256) return path;
  onFetch(file.fileName);
  await mkdir(folder, { recursive: true });
  // Beside its place, then renamed: two processes that fetch at once never see half a file.
  const draft = await mkdtemp(join(folder, 'fetch-'));
  try {
    await fetchInto(draft, file);
    await rename(join(draft, file.fileName), path);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return path;
}

async function fetchInto(folder: string, file: MavenFile): Promise<void> {
  const only = file.goal === 'unpack' ? [`-Dmdep.unpack.includes=${file.fileName}`] : [];
  const target = [`-Dartifact=${file.artifact}`, `-DoutputDirectory=${folder}`, ...only];
  await mvn(['-B', '-q', `${PLUGIN}:${file.goal}`, ...target], folder, file.artifact);
  const path = join(folder, file.fileName);
  if (!existsSync(path)) throw new ArtifactError(file.artifact, `Maven brought no ${file.fileName}`);
  const actual = await sha256Of(path);
  if (actual !== file.sha256) {
    throw new ArtifactError(file.artifact, `${file.fileName} has sha256 ${actual}, expected ${file.sha256}`);
  }
  await chmod(path, 0o755);
}

async function mvn(args: string[], cwd: string, artifact: string): Promise<void> {
  try {
    await run('mvn', args, { cwd, timeout: FETCH_TIMEOUT_MS });
  } catch (error) {
    throw new ArtifactError(artifact, reasonOf(error as MavenFailure), error);
  }
}

interface MavenFailure extends NodeJS.ErrnoException {
  readonly stdout?: string;
  readonly stderr?: string;
}

function reasonOf({ code, stdout, stderr, message }: MavenFailure): string {
  if (code === 'ENOENT') return 'Maven (mvn) is needed to fetch it and is not on the PATH';
  const lines = `${stdout ?? ''}${stderr ?? ''}`.split('\n').filter((line) => line.includes('ERROR'));
  return `mvn could not fetch it: ${lines[0] ?? message}`;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
