import { type Command } from 'commander';
import { withExamples } from '../program/examples';
import { type CommandRunner } from '../program/session';
import { doctor } from './doctor.command';

export function addDoctorCommand(program: Command, runner: CommandRunner): void {
  const command = program
    .command('doctor')
    .description('what is wrong with the cluster, and what to do; ends with 1 when something is')
    .option('--strict', 'end with 1 for a warning, too')
    .option('--quiet', 'leave out what is as it should be')
    .action(runner.run(doctor));
  withExamples(command, [
    ['nearscore doctor', 'OK, WARN or FAIL of settings, headroom, Redis, versions, models, clocks, leases'],
    ['nearscore doctor --quiet --strict', 'for a cron job: prints, and fails, only when something is wrong'],
  ]);
}
