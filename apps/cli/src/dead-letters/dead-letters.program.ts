import { type Command, Option } from 'commander';
import { withExamples } from '../program/examples';
import { wholeNumber } from '../program/option-values';
import { type CommandRunner } from '../program/session';
import { listOfDeadLetters, replay } from './dead-letters.command';

const state = (): Option => new Option('--state <state>', 'only these').choices(['retrying', 'dead']);
const REASON = ['--reason <code>', 'only those of this code, as MODEL_RUN_FAILED'] as const;

export function addDeadLetterCommands(program: Command, runner: CommandRunner): void {
  const letters = program.command('dead-letters').description('records that could not be scored');
  const list = letters
    .command('list')
    .description('those that are tried again, and those that are not any more')
    .argument('<stream>')
    .addOption(state())
    .option(...REASON)
    .option('--limit <n>', 'so many at most (default: 100)', wholeNumber(1))
    .option('--all', 'all of them')
    .action(runner.run(listOfDeadLetters));
  withExamples(list, [['nearscore dead-letters list phishing --state dead', '']]);
  const again = letters
    .command('replay')
    .description('have one, or all that fit, tried again at once')
    .argument('<stream>')
    .argument('[key]', 'of one; left out, all that fit')
    .addOption(state())
    .option(...REASON)
    .option('--key-data', 'the key is given as `keyData` tells it, for keys that are no text')
    .action(runner.run(replay));
  withExamples(again, [
    ['nearscore dead-letters replay phishing page-1', ''],
    ['nearscore dead-letters replay phishing --reason MODEL_RUN_FAILED', 'once the model is mended'],
  ]);
}
