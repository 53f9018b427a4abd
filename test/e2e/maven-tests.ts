import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectPath } from '@nearscore/local-cluster';

export interface MavenTestCounts {
  readonly passed: number;
  /** Failed, broken or skipped. */
  readonly notPassed: number;
}

/** The first run fetches the dependencies. */
export const MAVEN_TIMEOUT_MS = 300_000;

/**
 * Runs the tests of a Maven project, `properties` as system properties, and counts from surefire's reports by test
 * class. Rejects with Maven's own output, which names the failed tests.
 */
export async function runMavenTests(
  folder: string,
  properties: Readonly<Record<string, string>>,
): Promise<Record<string, MavenTestCounts>> {
  const reports = projectPath(folder, 'target', 'surefire-reports');
  rmSync(reports, { recursive: true, force: true });
  await runMaven([
    '-B',
    '-q',
    '-f',
    projectPath(folder, 'pom.xml'),
    ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
    'test',
  ]);
  return countsIn(reports);
}

/**
 * Rejects with Maven's own output. One at a time, by a lock that ends with the process: Maven's local repository is not made for
 * two that fetch into it, as suites beside each other would.
 */
export async function runMaven(args: readonly string[]): Promise<void> {
  const lock = ['-F', projectPath('.cache', 'maven.lock'), 'mvn'];
  try {
    await promisify(execFile)('flock', [...lock, ...args], { timeout: MAVEN_TIMEOUT_MS, maxBuffer: 64 << 20 });
  } catch (error) {
    const { message, stdout } = error as Error & { stdout?: string };
    throw new Error(`${message}\n${stdout ?? ''}`, { cause: error });
  }
}

function countsIn(reports: string): Record<string, MavenTestCounts> {
  const files = existsSync(reports) ? readdirSync(reports).filter((name) => /^TEST-.*\.xml$/.test(name)) : [];
  return Object.fromEntries(
    files.map((file) => {
      const suite = /<testsuite\b[^>]*>/.exec(readFileSync(join(reports, file), 'utf8'))?.[0] ?? '';
      const count = (attribute: string) => Number(new RegExp(`\\b${attribute}="(\\d+)"`).exec(suite)?.[1]);
      const notPassed = count('failures') + count('errors') + count('skipped');
      return [file.slice('TEST-'.length, -'.xml'.length), { passed: count('tests') - notPassed, notPassed }];
    }),
  );
}
