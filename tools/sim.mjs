// npm run sim -- --seed 1 --runs 1000 [--trace] [--keep-going] [--without fault,…]: the deterministic simulation (docs/reliability.md).
// It runs the sources: nothing is built, no member is started.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, exitCodeOf, requireNode, ROOT, runMain } from './setup.mjs';

await runMain(async () => {
  requireNode();
  await ensureInstalled();
  const register = join(ROOT, 'test', 'fixtures', 'typescript-register.cjs');
  const main = join(ROOT, 'test', 'simulation', 'sim.main.ts');
  const child = spawn(process.execPath, ['-r', register, main, ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  process.exitCode = (await exitCodeOf(child)) === 0 ? 0 : 1;
});
