// node tools/record-wire-fixtures.mjs: records the answers of a real member that the codec specs of libs/grid are made against.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, exitCodeOf, requireJava, requireMaven, requireNode, ROOT, runMain } from './setup.mjs';

await runMain(async () => {
  requireNode();
  requireJava();
  requireMaven();
  await ensureInstalled();
  const register = join(ROOT, 'test', 'fixtures', 'typescript-register.cjs');
  const record = join(ROOT, 'test', 'fixtures', 'wire', 'record.ts');
  const child = spawn(process.execPath, ['-r', register, record], { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = (await exitCodeOf(child)) === 0 ? 0 : 1;
});
