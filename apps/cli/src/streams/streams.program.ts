import { type Command } from 'commander';
import { withExamples } from '../program/examples';
import { type CommandRunner } from '../program/session';
import { streams } from './streams.command';

export function addStreamCommands(program: Command, runner: CommandRunner): void {
  const command = program
    .command('streams')
    .description('all streams, or one with the fields of its records')
    .argument('[stream]', 'name of a stream')
    .action(runner.run(streams));
  withExamples(command, [
    ['nearscore streams', 'what is deployed to which, and how far it is'],
    ['nearscore streams phishing', 'one of them'],
  ]);
}
