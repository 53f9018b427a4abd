import { type Command, Option } from 'commander';
import { withExamples } from '../program/examples';
import { collected, decimal, wholeNumber } from '../program/option-values';
import { type CommandRunner } from '../program/session';
import { get } from './get.command';
import { put } from './put.command';
import { watch } from './watch.command';

const LONGEST_WAIT_SECONDS = 30;

export function addRecordCommands(program: Command, runner: CommandRunner): void {
  addPut(program, runner);
  const command = program
    .command('get')
    .description('a record and its prediction')
    .argument('<stream>')
    .argument('<key>')
    .action(runner.run(get));
  withExamples(command, [
    ['nearscore get phishing page-1', ''],
    ['nearscore get phishing page-1 -o json | jq .prediction.score', ''],
  ]);
  addWatch(program, runner);
}

function addPut(program: Command, runner: CommandRunner): void {
  const command = program
    .command('put')
    .description('write one record, or many: lines of {"key", "value"}')
    .argument('<stream>')
    .argument('[key]', 'of one record; left out, many are read')
    .argument('[record]', 'its JSON; left out, it is read from --file or the standard input')
    .option('-f, --file <path>', 'a file with the record, or with many (NDJSON); - is the standard input')
    .option('--wait <seconds>', 'wait for the prediction of this write', decimal(0.001, LONGEST_WAIT_SECONDS))
    .option('--skip <lines>', 'pass lines over, to go on with an import', wholeNumber(0))
    .action(runner.run(put));
  withExamples(command, [
    ['nearscore put phishing page-1 \'{"https": 1, …}\'', 'one record'],
    ['nearscore put phishing page-1 -f page.json --wait 5', 'and its prediction'],
    ['nearscore put phishing -f pages.ndjson', 'many, with progress'],
    ['zcat pages.ndjson.gz | nearscore put phishing', 'the same of another program'],
  ]);
}

function addWatch(program: Command, runner: CommandRunner): void {
  const command = program
    .command('watch')
    .description('follow predictions as they are stored, over broken connections, until Ctrl-C')
    .argument('<stream>')
    .addOption(new Option('--from <where>', 'where to begin').choices(['newest', 'oldest']).default('newest'))
    .option('--label <label>', 'only this label; may be given again', collected)
    .option('--min-score <score>', 'only this score or more', decimal(-Infinity))
    .option('--key-prefix <text>', 'only keys that begin so')
    .option('--removals', 'removed records, too')
    .option('--count <n>', 'end after so many', wholeNumber(1))
    .option('--after <id>', 'go on behind this lastEventId')
    .option('--resume <file>', 'go on where the file says, and keep it up to date')
    .action(runner.run(watch));
  withExamples(command, [
    ['nearscore watch phishing --label phishing --min-score 0.9', ''],
    ['nearscore watch phishing --resume position.txt -o json >> out.ndjson', 'misses nothing between two runs'],
    ['nearscore watch phishing --from oldest --count 10', 'the oldest that the journal keeps'],
  ]);
}
