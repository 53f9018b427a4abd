import { CLI_SETTINGS, SOFTWARE_VERSION } from '@nearscore/config';
import { Command, Option } from 'commander';
import { addDeadLetterCommands } from '../dead-letters/dead-letters.program';
import { addDoctorCommand } from '../doctor/doctor.program';
import { addModelCommands } from '../models/models.program';
import { addNodeCommands } from '../nodes/nodes.program';
import { OUTPUT_FORMATS } from '../output/printer';
import { addRecordCommands } from '../records/records.program';
import { addRolloutCommands } from '../rollouts/rollouts.program';
import { addStreamCommands } from '../streams/streams.program';
import { type CliHost, CommandRunner } from './session';
import { withExamples } from './examples';

const { name, default: preset } = CLI_SETTINGS.gatewayUrl;
const GATEWAY_HELP = `the gateway, or a proxy before gateways (${name}, default: ${preset})`;

/** In the order of the help. */
const COMMANDS = [
  addRecordCommands,
  addStreamCommands,
  addModelCommands,
  addRolloutCommands,
  addDeadLetterCommands,
  addNodeCommands,
  addDoctorCommand,
];

/** The whole command line but `up`, which main adds. */
export function createProgram(host: CliHost, runner: CommandRunner): Command {
  const program = new Command('nearscore')
    .description('Records in, predictions out: a cluster from the command line.')
    .version(SOFTWARE_VERSION)
    .option('--gateway <url>', GATEWAY_HELP)
    .addOption(new Option('-o, --output <format>', 'how answers are written').choices(OUTPUT_FORMATS).default('text'))
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      outputError: (text, write) =>
        write(text.replace(/^error: (.*)\n$/s, 'Failed: $1\n  --help shows how it is used.\n')),
    })
    .exitOverride();
  withExamples(program, [
    ['nearscore up', 'a cluster on this machine'],
    ['nearscore put phishing page-1 \'{"https": 0, …}\' --wait 5', 'a record, and its prediction'],
    ['nearscore streams -o json | jq', 'what a program reads'],
  ]);
  program.addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 usage, 3 no gateway, 4 not there, 5 only in part,\n6 a rollout with another end, 130 interrupted. All of it: docs/cli.md',
  );
  for (const add of COMMANDS) add(program, runner);
  return program;
}
