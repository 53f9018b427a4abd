// npm test: sets a bare clone up, then runs check, unit, integration, e2e (which runs test/java) and failure, whatever fails before.
// Totals, counted from the tools' own reports, go to test-results/totals.txt (`N passed, N failed`).
// Each of the five checks counts as one test; so does a suite or a tool that dies before it can count its tests.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runChecks } from './check.mjs';
import { memberArchive } from './member-archive.mjs';
import { exitCodeOf, ROOT, runMain, setUp, SetupError } from './setup.mjs';

const RESULTS = join(ROOT, 'test-results');
const PART_TIMEOUT_MS = 25 * 60_000;

/** A client whose server was killed by a test may go on to look for it: that is no reason to wait when all tests are through. */
const FORCE_EXIT = ['--forceExit'];
/** Failure suites judge how long a recovery takes: they have the machine for themselves. */
const SUITES = [
  { name: 'unit', workers: '100%', flags: [] },
  { name: 'integration', workers: '2', flags: FORCE_EXIT },
  { name: 'e2e', workers: '2', flags: FORCE_EXIT },
  { name: 'failure', workers: '1', flags: FORCE_EXIT },
];

await runMain(async () => {
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS);
  const parts = [];
  try {
    await prepare();
    const [check, archive] = await Promise.all([runCheckPart(), memberArchive()]);
    parts.push(check);
    for (const suite of SUITES) parts.push(await runSuite(suite, archive));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}`);
    parts.push({ name: 'set-up', passed: 0, failed: 1, skipped: 0 });
  }
  report(parts);
});

async function prepare() {
  heading('set-up');
  await setUp();
  const { hazelcastJar, redisBinary } = await import(
    pathToFileURL(join(ROOT, 'dist', 'libs', 'local-cluster', 'src', 'index.js')).href
  );
  const onFetch = (what) => console.log(`  fetching ${what}`);
  try {
    console.log(`  ${await hazelcastJar(onFetch)}\n  ${await redisBinary(onFetch)}`);
  } catch (error) {
    throw new SetupError(error.message);
  }
}

async function runCheckPart() {
  heading('check');
  const results = await runChecks();
  const passed = results.filter((result) => result.passed).length;
  return { name: 'check', passed, failed: results.length - passed, skipped: 0 };
}

async function runSuite({ name, workers, flags: own }, archive) {
  heading(name);
  const file = join(RESULTS, `${name}.json`);
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--selectProjects', name, `--maxWorkers=${workers}`, '--json', ...own];
  const code = await runPart(
    process.execPath,
    [jest, ...flags, `--outputFile=${file}`],
    archive && { MEMBER_CLASS_ARCHIVE: archive },
  );
  return { name, ...countsOf(existsSync(file) ? jestCounts(file) : { passed: 0, failed: 0, skipped: 0 }, code) };
}

/** A suite that could not run has no failed test of its own, yet has failed. */
function jestCounts(file) {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(file, 'utf8'));
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return { passed: numPassedTests, failed: numFailedTests + broken.length, skipped: numPendingTests };
}

/** A tool that failed without a failed test has failed all the same. */
function countsOf(counts, code) {
  return code === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

async function runPart(command, args, env) {
  const child = spawn(command, args, {
    ...{ cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] },
    env: { ...process.env, ...env },
  });
  const timer = setTimeout(() => {
    console.error(`  gave up after ${PART_TIMEOUT_MS / 60_000} minutes`);
    child.kill('SIGKILL');
  }, PART_TIMEOUT_MS);
  const code = await exitCodeOf(child);
  clearTimeout(timer);
  return code;
}

function report(parts) {
  heading('totals');
  for (const { name, passed, failed, skipped } of parts) {
    console.log(`  ${name.padEnd(12)} ${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  }
  const sum = (count) => parts.reduce((total, part) => total + part[count], 0);
  const totals = `${sum('passed')} passed, ${sum('failed')} failed`;
  writeFileSync(join(RESULTS, 'totals.txt'), `${totals}\n`);
  console.log(totals);
  if (sum('failed') > 0) process.exitCode = 1;
}

function heading(name) {
  console.log(`\n== ${name}`);
}
