import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import { ArtifactError, projectPath } from '@nearscore/local-cluster';

const run = promisify(execFile);
const INSTEAD = 'install Chromium or Chrome';

/** A headless Chromium for Linux in an npm package (MIT), with the shared libraries that bare machines lack. */
const PACKED = {
  name: '@sparticuz/chromium',
  version: '153.0.0',
  sha512: 'jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==',
  platform: 'linux-x64',
};
const FETCH_TIMEOUT_MS = 300_000;

export interface ChromiumBinary {
  readonly executablePath: string;
  /** What it needs to find its libraries. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A Chromium to run: that of the PATH, else one in .cache/artifacts, fetched with the machine's own npm (and so its
 * registry) when it is not there. Throws ArtifactError, saying what else would do.
 */
export async function chromiumBinary(): Promise<ChromiumBinary> {
  for (const command of ['chromium', 'chromium-browser', 'google-chrome']) {
    const executablePath = await pathOf(command);
    if (executablePath !== undefined) return { executablePath, env: {} };
  }
  return packedChromium();
}

async function packedChromium(): Promise<ChromiumBinary> {
  const { name, version, platform } = PACKED;
  if (`${process.platform}-${process.arch}` !== platform)
    throw new ArtifactError(name, `is for ${platform}: ${INSTEAD}`);
  const folder = projectPath('.cache', 'artifacts', `chromium-${version}`);
  if (!existsSync(folder)) await fetchInto(folder);
  return { executablePath: join(folder, 'chromium'), env: { LD_LIBRARY_PATH: join(folder, 'lib') } };
}

/** Beside its place, then renamed: two processes that fetch at once never see half of it. */
async function fetchInto(folder: string): Promise<void> {
  await mkdir(projectPath('.cache', 'artifacts'), { recursive: true });
  const draft = await mkdtemp(`${folder}-`);
  try {
    await run('tar', ['-xzf', await fetchPackage(draft), '-C', draft]);
    const packed = (file: string): string => join(draft, 'package', 'bin', file);
    await unpack(packed('chromium.br'), join(draft, 'chromium'));
    await chmod(join(draft, 'chromium'), 0o755);
    await unpack(packed('al2023.tar.br'), join(draft, 'lib.tar'));
    await run('tar', ['-xf', join(draft, 'lib.tar'), '-C', draft]);
    for (const rest of ['package', 'package.tgz', 'lib.tar']) await rm(join(draft, rest), { recursive: true });
    // Another process was faster.
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function fetchPackage(folder: string): Promise<string> {
  const { name, version, sha512 } = PACKED;
  const path = join(folder, 'package.tgz');
  try {
    const options = { cwd: folder, timeout: FETCH_TIMEOUT_MS };
    const { stdout } = await run('npm', ['pack', `${name}@${version}`, '--silent'], options);
    await rename(join(folder, stdout.trim().split('\n').pop() ?? ''), path);
  } catch (error) {
    throw new ArtifactError(name, `npm could not fetch it: ${INSTEAD}`, error);
  }
  const hash = createHash('sha512');
  await pipeline(createReadStream(path), hash);
  const actual = hash.digest('base64');
  if (actual !== sha512) throw new ArtifactError(name, `${version} has sha512 ${actual}, expected ${sha512}`);
  return path;
}

function unpack(from: string, to: string): Promise<void> {
  return pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
}

async function pathOf(command: string): Promise<string | undefined> {
  try {
    return (await run('sh', ['-c', `command -v ${command}`])).stdout.trim();
  } catch {
    return undefined;
  }
}
