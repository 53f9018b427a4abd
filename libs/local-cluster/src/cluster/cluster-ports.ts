import { flagOf, LOCAL_CLUSTER_SETTINGS, type LocalClusterConfig } from '@nearscore/config';
import { type WantedPort } from '../local-cluster.errors';

type PortSetting = 'memberPort' | 'redisPort' | 'nodePort' | 'gatewayPort';

/** Every port that a cluster of this configuration will listen on. */
export function wantedPorts(config: LocalClusterConfig): WantedPort[] {
  const want = (setting: PortSetting, process: string, offset = 0): WantedPort => ({
    port: config[setting] + offset,
    process,
    setting: `${flagOf(setting)} or ${LOCAL_CLUSTER_SETTINGS[setting].name}`,
  });
  const numbered = (setting: PortSetting, process: string, count: number): WantedPort[] =>
    Array.from({ length: count }, (_, index) => want(setting, `${process}-${index + 1}`, index));
  return [
    ...(config.gridMembers ? [] : numbered('memberPort', 'member', config.members)),
    ...(config.redisUrl === undefined ? [want('redisPort', 'redis')] : []),
    ...numbered('nodePort', 'node', config.gridMembers?.length ?? config.members),
    want('gatewayPort', 'gateway'),
  ];
}
