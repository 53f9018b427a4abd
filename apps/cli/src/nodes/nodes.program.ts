import { type Command } from 'commander';
import { withExamples } from '../program/examples';
import { type CommandRunner } from '../program/session';
import { nodes } from './nodes.command';

export function addNodeCommands(program: Command, runner: CommandRunner): void {
  const command = program
    .command('nodes')
    .description('who scores what: nodes, their members, lanes and partitions')
    .option('--members', 'the members of the grid instead')
    .action(runner.run(nodes));
  withExamples(command, [
    ['nearscore nodes', 'nodes as they said with their last heartbeat'],
    ['nearscore nodes -o json', 'all that they say'],
  ]);
}
