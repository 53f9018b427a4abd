import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@nearscore/testkit';
import { type CodeBlock, codeBlocks, readPage } from '../docs/markdown-page';
import { type Stack, startStack } from './stack';

const run = promisify(execFile);
const GATEWAY = 'http://127.0.0.1:8000';
/** Other ones in each grid, or with another number of partitions. */
const VOLATILE = new Set(['sourceSequence', 'scoredAt', 'partition', 'progress']);

let stack: Stack;
const folder = mkdtempSync(join(tmpdir(), 'write-bulk-'));

beforeAll(async () => {
  stack = await startStack();
  await stack.deployExample('phishing', 1);
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true });
});

const shown = codeBlocks(readPage('write-bulk.md'));
const commands = shown.flatMap((block, at) =>
  block.language === 'sh' ? [{ command: block.code, answer: shown[at + 1] as CodeBlock }] : [],
);

test('docs/write-bulk.md: its commands, in their order, answer what it shows', async () => {
  expect(commands).toHaveLength(9);
  for (const { command, answer } of commands) {
    const script = command.replaceAll(GATEWAY, stack.gateway.url).replaceAll('curl ', 'curl -sS ');
    // A prediction may be still on its way.
    await eventually(
      async () => {
        const { stdout } = await run('sh', ['-ec', script], { cwd: folder });
        const told = stdout.trim();
        if (answer.language === 'json') expect(steady(JSON.parse(told))).toEqual(steady(JSON.parse(answer.code)));
        else expect(linesOf(told)).toEqual(linesOf(answer.code));
      },
      { timeoutMs: 30_000 },
    );
  }
}, 180_000);

/** Their order and kinds; how often there is progress depends on the time that it takes. */
function linesOf(text: string): unknown[] {
  const lines = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, { line?: number; code?: string; lines?: number }>);
  const told = lines.filter((line) => line.progress === undefined);
  return told.map(({ error, ...rest }) => (error ? { line: error.line, code: error.code } : rest));
}

function steady(json: unknown): unknown {
  // The last digits are the processor's.
  if (typeof json === 'number') return Number(json.toFixed(6));
  if (Array.isArray(json)) return json.map(steady);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, VOLATILE.has(name) ? typeof value : steady(value)]),
  );
}
