import { ConfigError } from '@nearscore/config';
import { messageOf } from '@nearscore/errors';
import { type Command } from 'commander';
import { UsageError } from '../program/cli.errors';
import { type Terminal } from '../terminal/terminal';
import { type UpArguments, parseUpArguments } from './up.arguments';
import { runUp, type UpSignals } from './up.command';
import { upHelp } from './up.help';

/** @param signals how it is told to stop; asked for when it starts */
export function addUpCommand(program: Command, terminal: Terminal, signals: () => UpSignals): void {
  program
    .command('up')
    .description('start a whole cluster on this machine, until Ctrl-C')
    .usage('[flags]')
    // Its flags are those of the settings, and so is its help.
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_options: object, { args }: Command) => {
      const parsed = parse(args);
      if (parsed.help) terminal.line(upHelp());
      else await runUp(parsed, terminal, signals());
    });
}

function parse(args: readonly string[]): UpArguments {
  try {
    return parseUpArguments(args);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new UsageError(messageOf(error));
  }
}
