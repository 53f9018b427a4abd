import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from '@nearscore/testkit';
import { type CodeBlock, codeBlocks, readPage } from '../docs/markdown-page';

const run = promisify(execFile);
const GATEWAY = 'http://127.0.0.1:8000';
/** Other ones each time. */
const VOLATILE = new Set(['sourceSequence', 'scoredAt']);

/** The shell commands of a page of docs/, each with the JSON answer that the page shows of it. */
export interface DocumentedCommand {
  readonly command: string;
  /** undefined: it prints nothing. */
  readonly answer: unknown;
}

export function documentedCommands(page: string): DocumentedCommand[] {
  const blocks = codeBlocks(readPage(page));
  return blocks.flatMap(({ language, code }, at) =>
    language === 'sh' ? [{ command: code, answer: answerOf(blocks[at + 1]) }] : [],
  );
}

function answerOf(next: CodeBlock | undefined): unknown {
  return next?.language === 'json' ? (JSON.parse(next.code) as unknown) : undefined;
}

/** Again and again until it prints what the page shows: a prediction may be still on its way. */
export async function expectAsDocumented(commands: readonly DocumentedCommand[], gatewayUrl: string): Promise<void> {
  for (const { command, answer } of commands) {
    const script = command.replaceAll(GATEWAY, gatewayUrl).replaceAll(/^curl /gm, 'curl -sS ');
    await eventually(async () => {
      const { stdout } = await run('sh', ['-c', script]);
      expect({ command, answer: steady(stdout === '' ? undefined : JSON.parse(stdout)) }).toEqual({
        command,
        answer: steady(answer),
      });
    });
  }
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
