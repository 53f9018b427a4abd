import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, describeSettings, GATEWAY_SETTINGS, loadGatewayConfig, loadNodeConfig } from './index';

function issuesOf(load: () => unknown): Record<string, string> {
  try {
    load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.issues.map((issue) => [issue.name, issue.message]));
  }
  throw new Error('no ConfigError');
}

describe('configuration', () => {
  it('needs nothing set', () => {
    expect(loadNodeConfig({})).toMatchObject({
      grid: { members: ['127.0.0.1:5701'], clusterName: 'nearscore', tls: undefined },
      http: { host: '127.0.0.1', port: 8100 },
      nodeId: expect.stringMatching(/-8100$/),
      member: undefined,
      maxBatch: 512,
      lingerMs: 0,
      restMs: 200,
      ...{ heartbeatMs: 500, leaseMs: 4000, replayEvents: 256, auditIntervalMs: 300_000, watchdogMs: 10_000 },
    });
    expect(loadGatewayConfig({}).limits).toMatchObject({ maxBodyBytes: 8388608, maxJsonDepth: 32, maxKeyBytes: 512 });
  });

  it('reads what is set, and takes an empty variable as unset', () => {
    const env = {
      NEARSCORE_GRID_MEMBERS: 'a.example:5701, [::1]:5702',
      NEARSCORE_LANES: '3',
      NEARSCORE_NODE_MEMBER: ' ',
      NEARSCORE_NODE_ID: 'node-a',
    };
    const config = loadNodeConfig(env);
    expect(config.grid.members).toEqual(['a.example:5701', '[::1]:5702']);
    expect(config).toMatchObject({ lanes: 3, member: undefined, nodeId: 'node-a' });
  });

  it('is frozen, all the way down', () => {
    const config = loadNodeConfig({});
    for (const part of [config, config.grid, config.grid.members, config.http])
      expect(Object.isFrozen(part)).toBe(true);
    const gateway = loadGatewayConfig({});
    for (const part of [gateway, gateway.limits, gateway.http]) expect(Object.isFrozen(part)).toBe(true);
  });

  it('names all faults together', () => {
    const issues = issuesOf(() =>
      loadNodeConfig({
        NEARSCORE_GRID_MEMBERS: 'localhost',
        NEARSCORE_LANES: '0',
        NEARSCORE_MAX_BATCH: '1e3',
        NEARSCORE_LOG_LEVEL: 'loud',
        NEARSCORE_NODE_MEMBER: 'somewhere',
        NEARSCORE_GRID_TLS_KEY: '/nowhere.pem',
      }),
    );
    expect(issues).toEqual({
      NEARSCORE_GRID_MEMBERS: 'expected host:port addresses separated by commas, not "localhost"',
      NEARSCORE_LANES: 'expected a whole number from 1 to 256, not "0"',
      NEARSCORE_MAX_BATCH: 'expected a whole number from 1 to 65536, not "1e3"',
      NEARSCORE_LOG_LEVEL: expect.stringContaining('expected one of fatal, error'),
      NEARSCORE_NODE_MEMBER: expect.stringContaining('uuid of a member'),
      NEARSCORE_GRID_TLS_CERT: 'expected because NEARSCORE_GRID_TLS_KEY is set',
      NEARSCORE_GRID_TLS_KEY: 'expected the path of a readable PEM file (ENOENT)',
    });
  });

  it.each(['-1', '1.5', '0x10', 'NaN', '65536', '99999999999999999999'])('refuses %j as a port', (port) => {
    expect(Object.keys(issuesOf(() => loadNodeConfig({ NEARSCORE_NODE_PORT: port })))).toEqual(['NEARSCORE_NODE_PORT']);
  });

  it.each([
    '*',
    'app.example.com',
    'https://app.example.com/',
    'https://a.test,,https://b.test',
    'ftp://a.test',
    'null',
  ])('refuses %j as origins of pages', (origins) => {
    expect(Object.keys(issuesOf(() => loadGatewayConfig({ NEARSCORE_CORS_ORIGINS: origins })))).toEqual([
      'NEARSCORE_CORS_ORIGINS',
    ]);
  });

  it('takes several origins, or none', () => {
    expect(loadGatewayConfig({}).corsOrigins).toEqual([]);
    const origins = 'https://app.example.com, http://localhost:3000';
    expect(loadGatewayConfig({ NEARSCORE_CORS_ORIGINS: origins }).corsOrigins).toEqual(origins.split(', '));
  });

  it('refuses a lease that ends before a dead node is noticed', () => {
    const lease = { NEARSCORE_LEASE_MS: '2000' };
    expect(loadNodeConfig({ ...lease, NEARSCORE_HEARTBEAT_MS: '500' })).toMatchObject({ leaseMs: 2000 });
    expect(issuesOf(() => loadNodeConfig({ ...lease, NEARSCORE_HEARTBEAT_MS: '501' }))).toEqual({
      NEARSCORE_LEASE_MS: 'expected at least 4 times NEARSCORE_HEARTBEAT_MS (2004), not "2000"',
    });
    expect(Object.keys(issuesOf(() => loadNodeConfig({ ...lease, NEARSCORE_HEARTBEAT_MS: 'x' })))).toEqual([
      'NEARSCORE_HEARTBEAT_MS',
    ]);
  });

  it('never shows a secret', () => {
    const env = { REDIS_URL: 'http://user:hunter2@host' };
    expect(JSON.stringify(issuesOf(() => loadGatewayConfig(env)))).not.toContain('hunter2');
    const shown = describeSettings(GATEWAY_SETTINGS, {
      REDIS_URL: 'redis://user:hunter2@host',
      NEARSCORE_GATEWAY_PORT: '1',
    });
    expect(shown).toMatchObject({ REDIS_URL: '***', NEARSCORE_GATEWAY_PORT: '1' });
  });

  it('reads TLS files, not their paths', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nearscore-config-'));
    const pem = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';
    writeFileSync(join(folder, 'ca.pem'), pem);
    try {
      expect(loadNodeConfig({ NEARSCORE_GRID_TLS_CA: join(folder, 'ca.pem') }).grid.tls?.ca).toBe(pem);
      expect(issuesOf(() => loadNodeConfig({ NEARSCORE_GRID_TLS_CA: folder }))).toEqual({
        NEARSCORE_GRID_TLS_CA: expect.stringContaining('EISDIR'),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
