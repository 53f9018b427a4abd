import { messageOf } from '@nearscore/errors';
import { type Logger } from '@nearscore/logging';
import { type RetryJob } from '@nearscore/queues';
import { parkedKey, type ParkedRecord, type ParkedStore } from '@nearscore/registry';

/** RetryQueue fits. */
export interface JobQueue {
  readonly isUp: boolean;
  add(jobs: readonly RetryJob[]): Promise<void>;
}

/** Has attempts come when they are due: a job for each, and when it is due a word in the entry that its lane hears. */
export class RetrySchedule {
  constructor(
    private readonly queue: () => JobQueue | undefined,
    private readonly store: Pick<ParkedStore, 'find' | 'change'>,
    private readonly logger: Logger,
  ) {}

  /** Never rejects: an attempt without a job gets one with the next sweep. */
  async add(records: readonly ParkedRecord[]): Promise<void> {
    const queue = this.queue();
    if (!queue?.isUp || records.length === 0) return;
    try {
      await queue.add(records.map(jobOf));
    } catch (error) {
      this.logger.warn({ reason: messageOf(error), records: records.length }, 'retries could not be scheduled yet');
    }
  }

  /** Asks the record's lane, whichever node it is in. A job that comes twice, or is not owed any more, asks nobody. */
  async due(job: RetryJob): Promise<void> {
    const record = await this.store.find(job.entry);
    if (!record || record.state !== 'retrying' || record.askedAt !== null) return;
    if (record.attempts !== job.attempts || record.nextAttemptAt !== job.at) return;
    await this.store.change(record, { askedAt: Date.now() });
  }
}

function jobOf({ stream, keyData, attempts, nextAttemptAt, lastAt }: ParkedRecord): RetryJob {
  return { entry: parkedKey(stream, keyData), attempts, at: nextAttemptAt ?? lastAt };
}
