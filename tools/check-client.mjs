// Looks at dist/client, freshly built, as package managers, bundlers and compilers will: publint and "are the types wrong".
import { join } from 'node:path';
import { buildClient, CLIENT_PACKAGE } from './build-client.mjs';
import { ROOT, run, runMain } from './setup.mjs';

const LINTERS = [
  ['publint/src/cli.js', ['run', '--strict', CLIENT_PACKAGE]],
  ['@arethetypeswrong/cli/dist/index.js', ['--no-color', '--no-emoji', '--pack', CLIENT_PACKAGE]],
];

await runMain(async () => {
  buildClient();
  for (const [script, args] of LINTERS) {
    await run(process.execPath, [join(ROOT, 'node_modules', ...script.split('/')), ...args]);
  }
});
