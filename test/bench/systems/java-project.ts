import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectPath } from '@nearscore/local-cluster';
import { print } from '../results/print';

const TIMEOUT_MS = 300_000;

/**
 * The class path of test/bench/peers/<name>: its classes and what its pom.xml names, built and fetched by the machine's own Maven
 * when its sources have changed.
 */
export async function javaProject(name: string): Promise<string[]> {
  const folder = join(__dirname, '..', 'peers', name);
  const cached = projectPath('.cache', 'bench', `${name}-${hashOf(folder)}.classpath`);
  const known = existsSync(cached) ? readFileSync(cached, 'utf8').split(':') : [];
  if (known.length > 0 && known.every((path) => existsSync(path))) return known;
  print(`  building peers/${name} with Maven`);
  const classPath = [join(folder, 'target', 'classes'), ...(await build(folder))];
  mkdirSync(projectPath('.cache', 'bench'), { recursive: true });
  writeFileSync(cached, classPath.join(':'));
  return classPath;
}

async function build(folder: string): Promise<string[]> {
  const output = join(folder, 'target', 'dependencies');
  const goals = ['process-classes', 'dependency:build-classpath', `-Dmdep.outputFile=${output}`];
  try {
    await promisify(execFile)('mvn', ['-B', '-q', '-f', join(folder, 'pom.xml'), ...goals], { timeout: TIMEOUT_MS });
  } catch (error) {
    const { message, stdout } = error as Error & { stdout?: string };
    throw new Error(`${message}\n${stdout ?? ''}`, { cause: error });
  }
  mkdirSync(join(folder, 'target', 'classes'), { recursive: true });
  return readFileSync(output, 'utf8').trim().split(':');
}

function hashOf(folder: string): string {
  const hash = createHash('sha256').update(readFileSync(join(folder, 'pom.xml')));
  const sources = existsSync(join(folder, 'src')) ? readdirSync(join(folder, 'src'), { recursive: true }) : [];
  for (const name of sources.map(String).sort()) {
    if (name.endsWith('.java')) hash.update(name).update(readFileSync(join(folder, 'src', name)));
  }
  return hash.digest('hex').slice(0, 16);
}
