import { ConfigError } from '@nearscore/config';
import { messageOf } from '@nearscore/errors';
import { ProcessStartError } from '@nearscore/local-cluster';
import { Terminal } from './terminal/terminal';
import { StopSignals } from './up/stop-signals';
import { parseUpArguments } from './up/up.arguments';
import { runUp, type UpSignals } from './up/up.command';
import { upHelp } from './up/up.help';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

async function main([command, ...args]: string[]): Promise<number> {
  const terminal = new Terminal(process.stdout);
  // Whoever reads our output may leave (`| head`): that must not keep anything from being stopped in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  if (command === '--help' || command === '-h' || command === undefined) return tell(upHelp(), 0);
  if (command !== 'up') return tell(`Unknown command "${command}"\n\n${upHelp()}`, EXIT_USAGE);
  const parsed = parse(args);
  if (typeof parsed === 'string') return tell(parsed, EXIT_USAGE);
  if (parsed.help) return tell(upHelp(), 0);
  try {
    await runUp(parsed, terminal, stopSignals(terminal));
    return 0;
  } catch (error) {
    return tell(failureText(error), EXIT_FAILED);
  }
}

function parse(args: string[]): ReturnType<typeof parseUpArguments> | string {
  try {
    return parseUpArguments(args);
  } catch (error) {
    if (error instanceof ConfigError || error instanceof TypeError) return `${error.message}\n(nearscore up --help)`;
    throw error;
  }
}

function stopSignals(terminal: Terminal): UpSignals {
  const received = new StopSignals((signal) => {
    terminal.line();
    terminal.line(`${signal}: stopping in order; once more stops at once`);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => received.receive(signal));
  return received.signals;
}

function failureText(error: unknown): string {
  const tail = error instanceof ProcessStartError && error.logTail !== '' ? `\n\n${indented(error.logTail)}` : '';
  return `\nFailed: ${messageOf(error)}${tail}`;
}

function indented(text: string): string {
  return text.replace(/^/gm, '  | ');
}

function tell(text: string, exitCode: number): number {
  (exitCode === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  return exitCode;
}

void main(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
