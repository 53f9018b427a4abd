export { ConfigError, type ConfigIssue } from './config.errors';
export { type GridConfig, type GridTlsConfig, type LogLevel } from './grid.settings';
export { type GatewayLimits } from './gateway-limits.settings';
export { GATEWAY_SETTINGS, type GatewayConfig, loadGatewayConfig } from './gateway.config';
export { CLI_SETTINGS, type CliConfig, loadCliConfig } from './cli.config';
export { childEnvironment } from './child-environment';
export {
  flagOf,
  LOCAL_CLUSTER_SETTINGS,
  loadLocalClusterConfig,
  type LocalClusterConfig,
} from './local-cluster.config';
export { loadNodeConfig, NODE_SETTINGS, type NodeConfig } from './node.config';
export { describeSettings, type Environment, type Setting, type Settings } from './setting';
export { SOFTWARE_VERSION } from './software-version';
