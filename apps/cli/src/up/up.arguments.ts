import { parseArgs } from 'node:util';
import {
  childEnvironment,
  flagOf,
  LOCAL_CLUSTER_SETTINGS,
  loadLocalClusterConfig,
  type LocalClusterConfig,
} from '@nearscore/config';

type SettingName = keyof typeof LOCAL_CLUSTER_SETTINGS;

/** Settings that a flag may set. Not REDIS_URL, whose password every user of the machine could read, nor JAVA_HOME. */
export const FLAG_SETTINGS = [
  'members',
  'memberPort',
  'memberHeapMb',
  'redisPort',
  'gatewayPort',
  'nodePort',
  'lanes',
  'gridMembers',
  'gridCluster',
] as const satisfies readonly SettingName[];

export interface UpArguments {
  readonly help: boolean;
  /** Stop when the example records are scored. */
  readonly once: boolean;
  /** Deploy the example models and score their records. */
  readonly examples: boolean;
  readonly config: LocalClusterConfig;
}

/** Flags win over the environment. Throws what parseArgs throws on unknown flags, and ConfigError on wrong values. */
export function parseUpArguments(args: readonly string[]): UpArguments {
  const { values } = parseArgs({ args: [...args], options: flagOptions(), strict: true, allowPositionals: false });
  const given = FLAG_SETTINGS.flatMap((name) => {
    const value = values[flagName(name)];
    return typeof value === 'string' ? [[LOCAL_CLUSTER_SETTINGS[name].name, value] as const] : [];
  });
  return {
    help: values['help'] === true,
    once: values['once'] === true,
    examples: values['no-examples'] !== true,
    config: loadLocalClusterConfig(childEnvironment(Object.fromEntries(given))),
  };
}

function flagOptions(): Record<string, { type: 'string' | 'boolean'; short?: string }> {
  return {
    ...Object.fromEntries(FLAG_SETTINGS.map((name) => [flagName(name), { type: 'string' as const }])),
    help: { type: 'boolean', short: 'h' },
    once: { type: 'boolean' },
    'no-examples': { type: 'boolean' },
  };
}

function flagName(setting: SettingName): string {
  return flagOf(setting).slice(2);
}
