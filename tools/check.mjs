// npm run check: format, lint, boundaries, types, package. The same words as in CONTRIBUTING and in `npm test`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, exitCodeOf, requireNode, ROOT, runMain, twoAtOnce } from './setup.mjs';

const CHECKS = [
  { name: 'format', script: 'prettier/bin/prettier.cjs', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'lint', script: 'eslint/bin/eslint.js', args: ['--config', 'tools/eslint.config.mjs', '.'] },
  {
    name: 'boundaries',
    script: 'dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['apps', 'libs', '--config', '.dependency-cruiser.cjs'],
  },
  { name: 'types', script: 'typescript/bin/tsc', args: ['--noEmit', '-p', 'tsconfig.json'] },
  { name: 'package', tool: 'check-client.mjs', args: [] },
];

/** Runs all of them, whatever fails: [{ name, passed }]. */
export async function runChecks() {
  const results = [];
  await twoAtOnce(CHECKS, async (check) => void results.push(await runCheck(check)));
  return results;
}

async function runCheck({ name, script, tool, args }) {
  const started = performance.now();
  const path = tool ? join('tools', tool) : join('node_modules', ...script.split('/'));
  const child = spawn(process.execPath, [path, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const passed = (await exitCodeOf(child)) === 0;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`  ${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds} s`);
  if (!passed) console.log(Buffer.concat(output).toString());
  return { name, passed };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runMain(async () => {
    requireNode();
    await ensureInstalled();
    const results = await runChecks();
    if (results.some(({ passed }) => !passed)) process.exitCode = 1;
  });
}
