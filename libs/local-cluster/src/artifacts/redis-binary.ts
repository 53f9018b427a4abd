import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '@nearscore/errors';
import { ArtifactError } from '../local-cluster.errors';
import { cachedMavenFile } from './maven-file';

const run = promisify(execFile);
const ARTIFACT = 'com.github.codemonstur:embedded-redis:1.4.4';
const INSTEAD = 'install Redis 6.2 or later (or Valkey), or set REDIS_URL';

/** Redis 6.2.11 as that jar carries it, by `process.platform`-`process.arch`. */
const EMBEDDED: Readonly<Record<string, { fileName: string; sha256: string }>> = {
  'linux-x64': {
    fileName: 'redis-server-6.2.6-v5-linux-amd64',
    sha256: '1f716094e08a25faee2bc7626feb9e13464ed89018ac5c376c5e9cff06bdcf52',
  },
  'linux-arm64': {
    fileName: 'redis-server-6.2.7-linux-arm64',
    sha256: '036a23aa65bfb31d2a048aa96c170b38c2fbd4f1de68ef0f9c3133dd4b1474cd',
  },
  'darwin-x64': {
    fileName: 'redis-server-6.2.6-v5-darwin-amd64',
    sha256: '7a4eb450d90a6ce9a2c651cfc4a0613b980a270c6426cbb6fa42d6c3beec9ce8',
  },
  'darwin-arm64': {
    fileName: 'redis-server-6.2.6-v5-darwin-arm64',
    sha256: 'c523aec5a9b6f565cff0271ef67f5c51fa83e1180e3e954ab5251b3cf6282b76',
  },
};

/**
 * A Redis server to run: `redis-server` or `valkey-server` of the PATH when it is new enough for BullMQ (6.2), else the
 * binary for this platform from Maven. Throws ArtifactError, saying what else would do.
 */
export async function redisBinary(onFetch: (what: string) => void): Promise<string> {
  for (const command of ['redis-server', 'valkey-server']) {
    if (isNewEnough(await versionLine(command))) return command;
  }
  return embeddedRedis(onFetch);
}

async function embeddedRedis(onFetch: (what: string) => void): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const file = EMBEDDED[platform];
  if (!file) throw new ArtifactError(ARTIFACT, `has no Redis for ${platform}: ${INSTEAD}`);
  const path = await cachedMavenFile({ artifact: ARTIFACT, goal: 'unpack', ...file }, onFetch);
  await assertRuns(path);
  return path;
}

/** Its shared libraries (OpenSSL 3 on Linux) may be missing: better told here than by a process that dies at once. */
async function assertRuns(path: string): Promise<void> {
  try {
    await run(path, ['--version']);
  } catch (error) {
    throw new ArtifactError(path, `does not run here (${messageOf(error)}): ${INSTEAD}`, error);
  }
}

async function versionLine(command: string): Promise<string> {
  try {
    return (await run(command, ['--version'])).stdout;
  } catch {
    return '';
  }
}

/** `Redis server v=7.0.15 …`, `Valkey server v=8.0.1 …`: Valkey began at 7.2. */
export function isNewEnough(line: string): boolean {
  const match = /v=(\d+)\.(\d+)/.exec(line);
  if (!match) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > 6 || (major === 6 && minor >= 2);
}
