import { type Environment, readSettings, type Setting } from './setting';
import { httpUrl } from './setting-schemas';

/** What the commands of `nearscore` read that talk to a gateway; `up` reads LOCAL_CLUSTER_SETTINGS. */
export const CLI_SETTINGS = {
  gatewayUrl: {
    name: 'NEARSCORE_GATEWAY_URL',
    default: 'http://127.0.0.1:8000',
    unit: 'URL',
    meaning: 'The gateway that commands talk to, or a proxy before gateways; the flag `--gateway` wins.',
    schema: httpUrl,
  },
} as const satisfies Record<string, Setting<unknown>>;

export interface CliConfig {
  readonly gatewayUrl: string;
}

/** The configuration of a command, frozen. Throws ConfigError naming every variable that is wrong. */
export function loadCliConfig(env: Environment = process.env): CliConfig {
  return Object.freeze(readSettings(CLI_SETTINGS, [], env));
}
