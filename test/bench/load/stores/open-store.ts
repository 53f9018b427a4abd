import { type LoaderSetup } from '../load-messages';
import { openGridStore } from './grid-store';
import { KafkaStore } from './kafka-store';
import { type RecordStore } from './record-store';
import { RedisStore } from './redis-store';

export async function openStore(setup: LoaderSetup): Promise<RecordStore> {
  const { target } = setup;
  switch (target.kind) {
    case 'grid':
      return openGridStore(target, setup);
    case 'redis':
      return new RedisStore(target.port);
    case 'kafka':
      return new KafkaStore(target.address, target.partitions);
  }
}
