// An archive of the classes that a member loads (Java's class-data sharing), for the many members of tests, which live for seconds:
// with it they start with half the work. Whoever starts a member for users does without.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './setup.mjs';

/** As the test kit starts members: an archive is of use to the same collector only. */
const JAVA_FLAGS = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-XX:-UsePerfData'];
const HEAP_MB = 256;
/** The archive is written at the end. */
const STOP_TIMEOUT_MS = 60_000;

/** Its path; made when there is none for this Java and this jar. undefined, with a reason on the error output: Java cannot. */
export async function memberArchive() {
  const cluster = await import(pathToFileURL(join(ROOT, 'dist', 'libs', 'local-cluster', 'src', 'index.js')).href);
  const { loadLocalClusterConfig } = await import(
    pathToFileURL(join(ROOT, 'dist', 'libs', 'config', 'src', 'index.js')).href
  );
  const { java } = loadLocalClusterConfig();
  const jar = await cluster.hazelcastJar(() => undefined);
  const path = join(ROOT, '.cache', 'artifacts', `member-${keyOf(java, jar)}.jsa`);
  if (existsSync(path)) return path;
  const draft = `${path}.${process.pid}`;
  try {
    await archive(cluster, { java, jar, draft });
    renameSync(draft, path);
    return path;
  } catch (error) {
    console.error(`  members of tests start without an archive of their classes: ${error.message}`);
    return undefined;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** What Java itself compares before it uses an archive. */
function keyOf(java, jar) {
  const { stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  const { size, mtimeMs } = statSync(jar);
  return createHash('sha256')
    .update(JSON.stringify([stderr, jar, size, mtimeMs, JAVA_FLAGS]))
    .digest('hex')
    .slice(0, 12);
}

async function archive({ freePort, ManagedProcess, memberCommand }, { java, jar, draft }) {
  const port = await freePort();
  const spec = memberCommand({
    ...{ name: 'member-archive', java, jar, port, clusterName: `archive-${port}`, members: [`127.0.0.1:${port}`] },
    ...{ heapMb: HEAP_MB, logPath: join(ROOT, '.cache', 'logs', 'member-archive.log') },
    javaFlags: [...JAVA_FLAGS, `-XX:ArchiveClassesAtExit=${draft}`],
  });
  const member = await ManagedProcess.start({ ...spec, stopTimeoutMs: STOP_TIMEOUT_MS });
  await member.stop();
}
