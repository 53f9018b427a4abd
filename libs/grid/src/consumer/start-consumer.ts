import { randomBytes } from 'node:crypto';
import { toTlsOptions } from '../client/client-config';
import { type Grid } from '../client/grid';
import { systemClock } from '../journal/follower-clock';
import { type LeaseStatus } from '../journal/lease-book';
import { PartitionAccess } from '../reading/partition-access';
import { type MapReader } from '../reading/map-reader';
import { MemberError } from '../wire/wire.errors';
import { type ConsumerHandler, type ConsumerNews } from './consumer-batch';
import { CONSUMER_MAP, ConsumerRegistry } from './consumer-registry';
import { NoJournalError } from './consumer.errors';
import { type ConsumerOptions, type ResolvedConsumerOptions, resolveConsumerOptions } from './consumer.options';
import { JournalConsumer } from './journal-consumer';

export interface RunningConsumer {
  /** The partitions it holds and waits for. */
  status(): LeaseStatus;
  /** Finishes what is being handled, stores the positions, gives the partitions back. The grid stays open. */
  close(): Promise<void>;
}

/**
 * Consumes the journals of some maps as one of a group. Positions and leases lie in `nearscore.consumers.<group>`.
 *
 * @param news what happens, for logs
 * @throws ConsumerOptionsError, NoJournalError, GridUnavailableError
 */
export async function startConsumer(
  grid: Grid,
  given: ConsumerOptions,
  handler: ConsumerHandler,
  news: (news: ConsumerNews) => void = () => undefined,
): Promise<RunningConsumer> {
  const options = resolveConsumerOptions(given);
  const access = await openAccess(grid, options, given.tls);
  try {
    for (const map of options.maps) await checkJournal(access.reader, map);
    return await run(grid, access, options, { handler, news });
  } catch (error) {
    access.close();
    throw error;
  }
}

async function run(
  grid: Grid,
  access: PartitionAccess,
  options: ResolvedConsumerOptions,
  { handler, news }: { handler: ConsumerHandler; news: (news: ConsumerNews) => void },
): Promise<RunningConsumer> {
  // No other life of this consumer, before or after, has this name: a lease is held by one life.
  const holder = `${options.name}#${randomBytes(6).toString('hex')}`;
  const group = new ConsumerRegistry(await grid.jsonMap(CONSUMER_MAP), { ...options, id: holder }, (consumer, maps) =>
    news({ kind: 'other-maps', consumer, maps }),
  );
  const { reader, wire, ownersByPartition } = access;
  const consumer = new JournalConsumer(
    { ...options, holder, partitionCount: ownersByPartition.length },
    { grid: wire, reader, group, clock: systemClock, handler, news, clusterId: () => wire.clusterId },
  );
  const endOwners = access.onOwnersChanged((partitions) => consumer.ownersChanged(partitions));
  consumer.start();
  const close = async (): Promise<void> => {
    await consumer.close();
    endOwners();
    access.close();
  };
  return { status: () => consumer.status(), close };
}

function openAccess(
  grid: Grid,
  { name, group }: ResolvedConsumerOptions,
  tls: ConsumerOptions['tls'],
): Promise<PartitionAccess> {
  return PartitionAccess.open(grid, {
    clientName: name,
    checkpointMap: `${CONSUMER_MAP}.${group}`,
    tls: toTlsOptions(tls),
  });
}

async function checkJournal(reader: MapReader, map: string): Promise<void> {
  try {
    await reader.journalRange(map, 0);
  } catch (error) {
    if (error instanceof MemberError && !error.retriable) throw new NoJournalError(map, error);
    throw error;
  }
}
