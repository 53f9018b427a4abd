import { flagOf, LOCAL_CLUSTER_SETTINGS, type Setting } from '@nearscore/config';
import { FLAG_SETTINGS } from './up.arguments';

const EXAMPLES = `Examples:
  nearscore up                            one member, Redis, gateway and node; scores the example records
  nearscore up --members 3                three members, each with its node
  nearscore up --gateway-port 9000        another port for the gateway
  nearscore up --once                     stops when the example records are scored
  NEARSCORE_GRID_MEMBERS=10.0.0.7:5701 REDIS_URL=redis://10.0.0.9:6379 nearscore up
                                          nodes and gateway here, grid and Redis there

In the repository, \`npm start -- <flags>\` does the same after installing and building.`;

export function upHelp(): string {
  return [
    'Usage: nearscore up [flags]',
    '',
    'Starts a whole cluster on this machine, keeps it running and stops it with Ctrl-C.',
    '',
    'Flags (each also an environment variable):',
    ...FLAG_SETTINGS.map((name) => flagHelp(flagOf(name), LOCAL_CLUSTER_SETTINGS[name])),
    'Flags of their own:',
    row('--once', 'Stop when the example records are scored.'),
    row('--no-examples', 'Deploy and score nothing.'),
    row('-h, --help', 'This text.'),
    'Environment only:',
    ...[LOCAL_CLUSTER_SETTINGS.redisUrl, LOCAL_CLUSTER_SETTINGS.javaHome].map((setting) =>
      row(setting.name, setting.meaning),
    ),
    '',
    EXAMPLES,
  ].join('\n');
}

function flagHelp(flag: string, setting: Setting<unknown>): string {
  const preset = setting.derived ?? setting.default;
  const shown = preset === '' ? '' : ` Default: ${preset}.`;
  return `${row(flag, setting.meaning + shown)}\n${row('', setting.name)}`;
}

function row(flag: string, meaning: string): string {
  return `  ${flag.padEnd(20)} ${meaning}`;
}
