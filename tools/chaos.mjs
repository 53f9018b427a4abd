// npm run chaos -- --minutes 20 (or: -- detection, -- rollouts, -- rescores, -- uploads; npm run swaps): sets a bare clone up, then lets processes die. `npm run chaos -- --help` shows the rest.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { exitCodeOf, ROOT, runMain, setUp } from './setup.mjs';

await runMain(async () => {
  await setUp();
  const register = join(ROOT, 'test', 'fixtures', 'typescript-register.cjs');
  const [what, ...rest] = process.argv.slice(2);
  const file = {
    detection: 'detection/detection.main.ts',
    judge: 'chaos/judge.main.ts',
    rescores: 'rollouts/rescores/rescores.main.ts',
    rollouts: 'rollouts/kills/kills.main.ts',
    swaps: 'rollouts/swaps/swaps.main.ts',
    uploads: 'rollouts/uploads/uploads.main.ts',
  }[what];
  const args = file ? rest : process.argv.slice(2);
  const main = join(ROOT, 'test', 'failure', ...(file ?? 'chaos/chaos.main.ts').split('/'));
  const child = spawn(process.execPath, ['-r', register, main, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  process.exitCode = (await exitCodeOf(child)) === 0 ? 0 : 1;
});
