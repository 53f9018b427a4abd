import { loadGatewayConfig } from '@nearscore/config';
import { createLogger } from '@nearscore/logging';
import { createGateway } from './gateway';

async function main(): Promise<void> {
  const config = loadGatewayConfig();
  const logger = createLogger('gateway', config.logLevel);
  const app = await createGateway({ config, logger });
  app.enableShutdownHooks();
  await app.listen(config.http.port, config.http.host);
  logger.info({ url: await app.getUrl() }, 'gateway ready');
}

main().catch((error: unknown) => {
  createLogger('gateway', 'fatal').fatal({ err: error }, 'gateway could not start');
  process.exitCode = 1;
});
