import { BackgroundTask } from '@nearscore/background';
import { type NodeConfig } from '@nearscore/config';
import { messageOf } from '@nearscore/errors';
import { type RetryOutcome } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { type RetryMetrics } from '@nearscore/metrics';
import { reportQueue, RetryQueue } from '@nearscore/queues';
import { type FailedRecord, type ParkedRecord, type ParkedStore } from '@nearscore/registry';
import { ChangeListener } from '../grid/change-listener';
import { type TriedVersion, type UnparkedRecords } from '../lane/lane-messages';
import { type LanePool } from '../lanes/lane-pool';
import { RetryDesk, type RetryingLanes } from './retry-desk';
import { type DeployedRetriesOf, RetryPolicy } from './retry-policy';
import { RetrySchedule } from './retry-schedule';
import { sweepParked } from './retry-sweep';

export interface RetryWorkParts {
  readonly config: Pick<NodeConfig, 'retries' | 'redisUrl' | 'nodeId' | 'grid'>;
  readonly store: ParkedStore;
  readonly lanes: RetryingLanes & Pick<LanePool, 'servedPartitions'>;
  readonly deployedOf: DeployedRetriesOf;
  readonly metrics: RetryMetrics;
  readonly logger: Logger;
}

/**
 * What a node does for records that could not be scored: the entries in nearscore.parked say what is owed, the queue in Redis
 * says when, the lanes do it. Without Redis all goes on but the waiting attempts.
 */
export class RetryWork {
  private readonly desk: RetryDesk;
  private readonly schedule: RetrySchedule;
  private readonly sweeping: BackgroundTask;
  private readonly listening: ChangeListener;
  private queue: RetryQueue | undefined;

  constructor(private readonly parts: RetryWorkParts) {
    const { config, store, lanes, deployedOf, metrics, logger } = parts;
    this.schedule = new RetrySchedule(() => this.queue, store, logger);
    const policy = new RetryPolicy(config.retries, deployedOf);
    const schedule = (records: readonly ParkedRecord[]): void => void this.schedule.add(records);
    this.desk = new RetryDesk({ store, policy, lanes, metrics, logger, schedule });
    this.sweeping = new BackgroundTask(
      () => this.sweep(),
      config.retries.sweepMs,
      (error) => logger.warn({ reason: messageOf(error) }, 'parked records could not be swept'),
    );
    this.listening = new ChangeListener('parked records', logger);
  }

  start(): void {
    const { config, metrics, logger, store } = this.parts;
    this.queue = new RetryQueue({
      ...{ url: config.redisUrl, cluster: config.grid.clusterName, clientName: config.nodeId },
      onDue: (job) => this.schedule.due(job),
      ...reportQueue({
        name: 'retries',
        whenDown: 'the queue of retries cannot be reached: retries wait',
        ...{ metrics: metrics.queue, logger, onUp: () => this.queueUp() },
      }),
    });
    this.sweeping.start();
    // The sweep asks too.
    this.listening.start(store.onWritten((record) => this.written(record)));
  }

  /** Lanes go on parking until they stop; no retry is begun any more. */
  async stop(): Promise<void> {
    await this.sweeping.stop();
    await this.listening.stop();
    await this.queue?.close();
    this.queue = undefined;
  }

  park(failures: readonly FailedRecord[]): Promise<void> {
    return this.desk.park(failures);
  }

  retried(id: number, outcome: RetryOutcome, tried: TriedVersion | undefined): void {
    this.desk.retried(id, outcome, tried);
  }

  unparked(records: UnparkedRecords): void {
    this.desk.unparked(records);
  }

  private written(record: ParkedRecord): void {
    if (record.state === 'retrying' && record.askedAt !== null) this.desk.ask(record, true);
  }

  private async sweep(): Promise<void> {
    const { store, lanes, metrics } = this.parts;
    this.desk.tidy(Date.now());
    const counts = await sweepParked({
      store,
      partitions: lanes.servedPartitions(),
      ask: (record, score) => this.desk.ask(record, score),
      schedule: (records) => this.schedule.add(records),
    });
    metrics.parked(counts);
  }

  /** It may be another Redis, or the same without its jobs. */
  private queueUp(): void {
    this.parts.logger.info('the queue of retries can be reached');
    this.sweeping.soon();
  }
}
