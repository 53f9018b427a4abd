#!/usr/bin/env node
// The command line `nearscore`, as `npm start` or `npm run build` has built it. It prints what its command prints, and nothing else.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { requireNode, ROOT, runMain, SetupError } from './setup.mjs';

await runMain(async () => {
  requireNode();
  const cli = join(ROOT, 'dist', 'apps', 'cli', 'src', 'main.js');
  if (!existsSync(cli))
    throw new SetupError('nearscore is not built yet: `npm start` builds and starts, `npm run build` builds.');
  await import(pathToFileURL(cli).href);
});
