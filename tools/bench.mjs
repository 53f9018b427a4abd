// npm run bench -- path: sets a bare clone up, then measures. `npm run bench -- --help` shows the rest.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { exitCodeOf, ROOT, runMain, setUp, SetupError } from './setup.mjs';

await runMain(async () => {
  // CPU times are read from /proc.
  if (process.platform !== 'linux') throw new SetupError('The bench runs on Linux only.');
  await setUp();
  // The processes that are measured run what is built; the bench itself, and its loader, run their sources.
  const register = join(ROOT, 'test', 'fixtures', 'typescript-register.cjs');
  const main = join(ROOT, 'test', 'bench', 'bench.main.ts');
  const child = spawn(process.execPath, ['-r', register, main, ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  process.exitCode = (await exitCodeOf(child)) === 0 ? 0 : 1;
});
