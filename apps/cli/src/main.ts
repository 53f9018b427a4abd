import { CommanderError } from 'commander';
import { exitCodeOf, failureLines, failureOf } from './program/failure';
import { EXIT } from './program/exit-codes';
import { Interruption } from './program/interruption';
import { createProgram } from './program/program';
import { CommandRunner } from './program/session';
import { Terminal } from './terminal/terminal';
import { StopSignals } from './up/stop-signals';
import { type UpSignals } from './up/up.command';
import { addUpCommand } from './up/up.program';

const { stdin, stdout, stderr } = process;

async function main(args: readonly string[]): Promise<number> {
  const interruption = new Interruption();
  // Whoever reads our output may leave (`| head`): that must not keep anything from being stopped in order.
  for (const stream of [stdout, stderr]) stream.on('error', () => interruption.readerLeft());
  const host = { stdin, stdout, stderr, interruption: () => interruption.listen() };
  const runner = new CommandRunner(host);
  const program = createProgram(host, runner);
  addUpCommand(program, new Terminal(stdout), stopSignals);
  if (args.length === 0) {
    program.outputHelp();
    return EXIT.ok;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return runner.exitCode ?? EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (interruption.exitCode !== undefined) return interruption.exitCode;
    tell(error, program.opts<{ output: string }>().output === 'json');
    return exitCodeOf(error);
  }
}

function tell(error: unknown, asJson: boolean): void {
  const text = asJson ? JSON.stringify({ error: failureOf(error) }) : failureLines(error).join('\n');
  stderr.write(`${text}\n`);
}

function stopSignals(): UpSignals {
  const terminal = new Terminal(stdout);
  const received = new StopSignals((signal) => {
    terminal.line();
    terminal.line(`${signal}: stopping in order; once more stops at once`);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => received.receive(signal));
  return received.signals;
}

void main(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
  // Whoever pipes into us may not end for long.
  stdin.destroy();
});
