import { type Command } from 'commander';
import { withExamples } from '../program/examples';
import { decimal, numberOrOff, wholeNumber } from '../program/option-values';
import { type CommandRunner } from '../program/session';
import { acting, listOfRollouts, show, start, watchRollout } from './rollouts.command';

const DETACH = ['--detach', 'do not wait for the end'] as const;

export function addRolloutCommands(program: Command, runner: CommandRunner): void {
  const rollout = program.command('rollout').description('change what scores a stream, on all nodes together');
  addStart(rollout, runner);
  const watch = rollout
    .command('watch')
    .description('follow one to its end; ends with 6 when it is not completed')
    .argument('<id>')
    .action(runner.run(watchRollout));
  withExamples(watch, [['nearscore rollout watch phishing.3', '']]);
  addActions(rollout, runner);
  addViews(rollout, runner);
}

function addStart(rollout: Command, runner: CommandRunner): void {
  const command = rollout
    .command('start')
    .description('roll a version out, and follow it to its end')
    .argument('<stream>')
    .argument('<version>', 'of the model; nearscore models list <model>')
    .option('--model <model>', 'another model than the one that scores the stream now')
    .option('--canary <percents>', 'by steps, as 1,10,50; with seconds for each, 1:30,10:60')
    .option('--hold <seconds>', 'how long each canary step lasts at least', decimal(0))
    .option('--ab <percent>', 'for this part of the keys, until it is promoted or cancelled', decimal(0, 100))
    .option('--shadow', 'score beside the live version and answer nothing, until it is promoted or cancelled')
    .option('--rescore', 'afterwards score all records of the stream again, in the background')
    .option('--min-samples <n>', 'guard: records scored before a step is judged', wholeNumber(1))
    .option('--max-error-rate <part>', 'guard: failures beyond those of the live version, 0 to 1', decimal(0, 1))
    .option('--max-p99-ratio <ratio>', "guard: of a run's duration to the live version's; or off", numberOrOff)
    .option('--max-psi <index>', "guard: of the scores against the live version's; or off", numberOrOff)
    .option('--by <who>', 'who does it')
    .option(...DETACH)
    .action(runner.run(start));
  withExamples(command, [
    ['nearscore rollout start phishing 2', 'all at once'],
    ['nearscore rollout start phishing 2 --canary 1,10,50 --hold 60', 'back by itself when it is worse'],
    ['nearscore rollout start phishing 2 --shadow', 'compares, answers nothing'],
    ['nearscore rollout start sites 1 --model phishing', 'the first of a stream'],
  ]);
}

function addActions(rollout: Command, runner: CommandRunner): void {
  const actions = [
    ['cancel', 'end one that is under way: nothing has changed, or it is taken back'],
    ['promote', 'make the version of a canary, ab or shadow live now'],
    ['rollback', 'bring back what was live before a completed one'],
  ] as const;
  for (const [action, description] of actions) {
    const command = rollout
      .command(action)
      .description(description)
      .argument('<id>')
      .option(...DETACH)
      .action(runner.run(acting(action)));
    withExamples(command, [[`nearscore rollout ${action} phishing.3`, '']]);
  }
}

function addViews(rollout: Command, runner: CommandRunner): void {
  const list = rollout
    .command('list')
    .description('those under way, and the last that ended')
    .option('--stream <stream>', 'of one stream')
    .option('--limit <n>', 'so many at most', wholeNumber(1))
    .action(runner.run(listOfRollouts));
  withExamples(list, [['nearscore rollout list --stream phishing', '']]);
  const one = rollout
    .command('show')
    .description('how one stands: nodes, figures of its guards, reason')
    .argument('<id>')
    .action(runner.run(show));
  withExamples(one, [['nearscore rollout show phishing.3 -o json', '']]);
}
