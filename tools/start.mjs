// npm start: from a bare clone to a running cluster. `npm start -- --help` shows the flags.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, requireJava, requireMaven, requireNode, ROOT, runMain } from './setup.mjs';

await runMain(async () => {
  const args = process.argv.slice(2);
  stopWithNpm();
  requireNode();
  if (startsMembers(args)) {
    requireJava();
    requireMaven();
  }
  await ensureInstalled();
  await ensureBuilt();
  // In this very process: one starter to signal, and one whose death the guard notices.
  const cli = join(ROOT, 'dist', 'apps', 'cli', 'src', 'main.js');
  process.argv = [process.execPath, cli, 'up', ...args];
  await import(pathToFileURL(cli).href);
});

function startsMembers(args) {
  const existing = process.env.NEARSCORE_GRID_MEMBERS || args.some((arg) => arg.startsWith('--grid-members'));
  return !existing && !args.includes('--help') && !args.includes('-h');
}

/**
 * Under `npm start` a person (or a test) may kill npm rather than this process: its death is ours. The script says `exec`
 * so that no shell stands between the two.
 */
function stopWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  timer.unref();
}
