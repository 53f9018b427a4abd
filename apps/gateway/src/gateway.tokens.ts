/** Injection token of GatewayConfig, which has no class of its own. */
export const GATEWAY_CONFIG = Symbol('GATEWAY_CONFIG');
