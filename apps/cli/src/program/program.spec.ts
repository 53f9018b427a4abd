import { Readable } from 'node:stream';
import { type Command } from 'commander';
import { CommandRunner } from './session';
import { createProgram } from './program';

function programWith(write: (text: string) => void) {
  const output = { write };
  const host = { stdin: Readable.from([]), stdout: output, stderr: output, interruption: () => AbortSignal.abort() };
  return createProgram(host, new CommandRunner(host));
}

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function pathOf(command: Command): string[] {
  return command.parent ? [...pathOf(command.parent), command.name()] : [];
}

const COMMANDS = leaves(programWith(() => undefined)).map(pathOf);

describe('the command line', () => {
  it('has the commands that it should', () => {
    expect(COMMANDS.map((path) => path.join(' '))).toEqual([
      ...['put', 'get', 'watch', 'streams', 'models push', 'models list', 'models show', 'models rm'],
      ...['rollout start', 'rollout watch', 'rollout cancel', 'rollout promote', 'rollout rollback'],
      ...['rollout list', 'rollout show', 'dead-letters list', 'dead-letters replay', 'nodes', 'doctor'],
    ]);
  });

  it.each(COMMANDS.map((path) => [path.join(' '), path] as const))('%s has help with examples', async (name, path) => {
    let text = '';
    const asked = programWith((part) => (text += part)).parseAsync([...path, '--help'], { from: 'user' });
    await expect(asked).rejects.toMatchObject({ code: 'commander.helpDisplayed', exitCode: 0 });
    expect(text).toContain(`Usage: nearscore ${name}`);
    expect(text).toMatch(new RegExp(`^Examples:\\n(.*\\n)*?.*nearscore ${name}`, 'm'));
    expect(text).toContain('--gateway <url>');
  });
});
