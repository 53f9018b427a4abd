import { loadGatewayConfig } from '@nearscore/config';
import { createLogger } from '@nearscore/logging';
import { createGateway } from './gateway';

async function main(): Promise<void> {
  const config = loadGatewayConfig();
  const logger = createLogger('gateway', config.logLevel);
  const app = await createGateway({ config, logger });
  // By exit rather than by the signal once more: the last log lines are still to be written.
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen(config.http.port, config.http.host);
  logger.info({ url: await app.getUrl() }, 'gateway ready');
}

main().catch((error: unknown) => {
  createLogger('gateway', 'fatal').fatal({ err: error }, 'gateway could not start');
  process.exitCode = 1;
});
