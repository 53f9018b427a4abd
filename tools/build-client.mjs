// Builds libs/client into dist/client, the package as it is published: ESM and CommonJS, each with its own types.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { ROOT, runMain, SetupError } from './setup.mjs';

const SOURCE = join(ROOT, 'libs', 'client');
export const CLIENT_PACKAGE = join(ROOT, 'dist', 'client');

const FORMATS = [
  { folder: 'esm', type: 'module', module: ts.ModuleKind.ES2022 },
  { folder: 'cjs', type: 'commonjs', module: ts.ModuleKind.CommonJS },
];

/** Replaces what dist/client has. Throws SetupError with the compiler's own words. */
export function buildClient() {
  rmSync(CLIENT_PACKAGE, { recursive: true, force: true });
  for (const { folder, type, module } of FORMATS) {
    const target = join(CLIENT_PACKAGE, folder);
    compile(target, module);
    // Nearer than the package's own, so that Node reads both kinds of .js for what they are.
    writeFileSync(join(target, 'package.json'), `${JSON.stringify({ type, sideEffects: false }, undefined, 2)}\n`);
  }
  for (const file of ['package.json', 'README.md', 'LICENSE']) cpSync(join(SOURCE, file), join(CLIENT_PACKAGE, file));
}

function compile(outDir, module) {
  mkdirSync(outDir, { recursive: true });
  const config = ts.getParsedCommandLineOfConfigFile(
    join(SOURCE, 'tsconfig.build.json'),
    { outDir, module, moduleResolution: ts.ModuleResolutionKind.Node10 },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (fault) => refuse([fault]) },
  );
  refuse(config.errors);
  const program = ts.createProgram(config.fileNames, config.options);
  const addExtensions = [(context) => (file) => withExtensions(file, context)];
  const { diagnostics } = program.emit(undefined, undefined, undefined, false, {
    ...(module === ts.ModuleKind.ES2022 && { after: addExtensions, afterDeclarations: addExtensions }),
  });
  refuse([...ts.getPreEmitDiagnostics(program), ...diagnostics]);
}

/** `from './feed'` → `from './feed.js'`: ESM and its types are found by whole file names alone. */
function withExtensions(file, context) {
  const { factory } = context;
  const visit = (node) => {
    if (!ts.isImportDeclaration(node) && !ts.isExportDeclaration(node)) return node;
    const name = node.moduleSpecifier?.text;
    if (!name?.startsWith('.')) return node;
    const specifier = factory.createStringLiteral(`${name}.js`, true);
    const { modifiers, attributes } = node;
    return ts.isImportDeclaration(node)
      ? factory.updateImportDeclaration(node, modifiers, node.importClause, specifier, attributes)
      : factory.updateExportDeclaration(node, modifiers, node.isTypeOnly, node.exportClause, specifier, attributes);
  };
  return ts.visitEachChild(file, visit, context);
}

function refuse(diagnostics) {
  if (diagnostics.length === 0) return;
  const host = {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => ROOT,
    getNewLine: () => '\n',
  };
  throw new SetupError(ts.formatDiagnostics(diagnostics, host));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runMain(async () => buildClient());
