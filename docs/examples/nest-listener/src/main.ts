import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { JournalServer } from '@nearscore/grid-transport';
import { grid } from './grid';
import { ListenerModule } from './listener.module';

/** Tells of every prediction of the stream `phishing`. Start it twice, and both share the work. */
async function main(): Promise<void> {
  const strategy = new JournalServer({ grid, group: 'page-alerts' });
  const app = await NestFactory.createMicroservice(ListenerModule, { strategy });
  // SIGTERM: the batch in hand is finished, its position stored, and the partitions are given back.
  app.enableShutdownHooks();
  await app.listen();
}

void main();
