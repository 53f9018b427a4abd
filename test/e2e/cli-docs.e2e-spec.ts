import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment } from '@nearscore/config';
import { projectPath } from '@nearscore/local-cluster';
import { type CodeBlock, codeBlocks, readPage } from '../docs/markdown-page';
import { untilServing } from './cli-runner';
import { type Stack, startStack } from './stack';

jest.setTimeout(180_000);

const folder = mkdtempSync(join(tmpdir(), 'cli-docs-'));
const COMMAND = `nearscore() { '${process.execPath}' '${projectPath('tools', 'nearscore.mjs')}' "$@"; }`;
let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
  await untilServing(stack);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await stack?.stop();
});

const blocks = codeBlocks(readPage('cli.md'));
const examples = blocks.flatMap((block, at) =>
  block.language === 'sh' ? [{ script: block.code, shown: textOf(blocks[at + 1]) }] : [],
);

function textOf(next: CodeBlock | undefined): string | undefined {
  return next?.language === 'text' ? next.code : undefined;
}

/** As on a terminal, what is redrawn left out. */
async function run(script: string): Promise<{ code: number | null; text: string }> {
  const shell = `stty cols 200; ${COMMAND}; ${script}`;
  const child = spawn('script', ['-qec', `sh -ec '${shell.replaceAll("'", "'\\''")}'`, '/dev/null'], {
    cwd: projectPath(),
    env: childEnvironment({ NEARSCORE_GATEWAY_URL: stack.gateway.url, TMPDIR: folder }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text: text.replaceAll('\r\n', '\n') };
}

/** Numbers are other ones in each grid, and on each processor. */
function steady(text: string): string {
  return text
    .replace(/\d+(\.\d+)?/g, '#')
    .replace(/ +/g, ' ')
    .trim();
}

test('docs/cli.md: its commands, in their order, print what it shows', async () => {
  expect(examples.filter(({ shown }) => shown !== undefined).length).toBeGreaterThan(4);
  for (const { script, shown } of examples) {
    const { code, text } = await run(script);
    expect({ script, code, text: code === 0 ? '' : text }).toEqual({ script, code: 0, text: '' });
    if (shown !== undefined) expect(steady(text).endsWith(steady(shown))).toBe(true);
  }
});

test('docs/cli.md names every exit code', () => {
  const source = readFileSync(projectPath('apps', 'cli', 'src', 'program', 'exit-codes.ts'), 'utf8');
  const codes = [...source.matchAll(/: (\d+),$/gm)].map(([, code]) => code);
  const listed = [...readPage('cli.md').matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(5);
  expect(listed).toEqual(codes);
});
