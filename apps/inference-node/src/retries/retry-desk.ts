import { messageOf } from '@nearscore/errors';
import { type RetryOutcome } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { type RetryMetrics } from '@nearscore/metrics';
import { type FailedRecord, parkedKey, type ParkedRecord, type ParkedStore } from '@nearscore/registry';
import { type LaneRetry, type TriedVersion, type UnparkedRecords } from '../lane/lane-messages';
import { type RetryPolicy } from './retry-policy';

/** So many a lane has to do at once: its own events come between. */
const MAX_IN_FLIGHT = 64;
/** A lane that ended never answers. */
const ANSWER_TIMEOUT_MS = 10_000;

/** The node's lanes; LanePool fits. */
export interface RetryingLanes {
  serves(partition: number): boolean;
  retry(retry: LaneRetry): void;
}

export interface RetryDeskParts {
  readonly store: Pick<ParkedStore, 'park' | 'change' | 'resolve' | 'get'>;
  readonly policy: RetryPolicy;
  readonly lanes: RetryingLanes;
  readonly metrics: RetryMetrics;
  readonly logger: Logger;
  /** These have another attempt to come. */
  readonly schedule: (records: readonly ParkedRecord[]) => void;
}

interface Asked {
  readonly record: ParkedRecord;
  readonly score: boolean;
  readonly at: number;
}

/**
 * Keeps the entries of records that this node's lanes could not score: what follows a failure, a retry, a later prediction.
 * An entry changes only by comparing it with what was read, so that nothing is counted twice.
 */
export class RetryDesk {
  private nextId = 1;
  private readonly inFlight = new Map<number, Asked>();
  private readonly waiting = new Map<string, Omit<Asked, 'at'>>();

  constructor(private readonly parts: RetryDeskParts) {}

  /** Stores failures; the lanes go on when it resolves. */
  async park(failures: readonly FailedRecord[]): Promise<void> {
    const written = await this.parts.store.park(failures.map((failed) => this.parts.policy.parked(failed)));
    // One that has died before is only found again.
    for (const record of written) if (record.state === 'dead' && record.firstAt === record.lastAt) this.died(record);
    this.parts.schedule(written.filter(({ state }) => state === 'retrying'));
  }

  /** Has the record's lane score it again, or only look whether it is to be kept. */
  ask(record: ParkedRecord, score: boolean): void {
    if (!this.parts.lanes.serves(record.partition)) return;
    this.waiting.set(parkedKey(record.stream, record.keyData), { record, score });
    this.askNext();
  }

  /** Forgets what lanes never answered. */
  tidy(now: number): void {
    for (const [id, { at }] of this.inFlight) if (now - at > ANSWER_TIMEOUT_MS) this.inFlight.delete(id);
    this.askNext();
  }

  retried(id: number, outcome: RetryOutcome, tried: TriedVersion | undefined): void {
    const asked = this.inFlight.get(id);
    this.inFlight.delete(id);
    this.askNext();
    if (!asked) return;
    if (asked.score) this.parts.metrics.retried(asked.record.stream, outcome.kind);
    this.follow(asked.record, outcome, tried).catch((error: unknown) => this.left(error));
  }

  unparked({ stream, keys }: UnparkedRecords): void {
    this.resolveOlder(stream, keys).catch((error: unknown) => this.left(error));
  }

  private askNext(): void {
    for (const [key, asked] of this.waiting) {
      if (this.inFlight.size >= MAX_IN_FLIGHT) return;
      this.waiting.delete(key);
      const id = this.nextId++;
      this.inFlight.set(id, { ...asked, at: Date.now() });
      this.parts.lanes.retry({ id, ...asked });
    }
  }

  private async follow(record: ParkedRecord, outcome: RetryOutcome, tried: TriedVersion | undefined): Promise<void> {
    if (outcome.kind === 'scored' || outcome.kind === 'superseded') await this.resolve(record);
    if (outcome.kind !== 'failed') return;
    const now = Date.now();
    const attempts = record.attempts + 1;
    const { code, field, message } = outcome.failure;
    const next = this.parts.policy.next(record.stream, code, attempts, now);
    const reason = { code, message, ...(field !== undefined && { field }) };
    const changed = await this.parts.store.change(record, {
      ...{ ...tried, ...next, attempts, reason, lastAt: now, askedAt: null },
    });
    if (changed?.state === 'dead') this.died(changed);
    else if (changed) this.parts.schedule([changed]);
  }

  private async resolveOlder(stream: string, keys: UnparkedRecords['keys']): Promise<void> {
    for (const { keyData, sequence } of keys) {
      const record = await this.parts.store.get(stream, keyData);
      if (record && record.sourceSequence <= sequence) await this.resolve(record);
    }
  }

  private async resolve(record: ParkedRecord): Promise<void> {
    if (await this.parts.store.resolve(record)) this.parts.metrics.resolved(record.stream);
  }

  private died({ stream, reason, attempts, partition }: ParkedRecord): void {
    this.parts.metrics.died(stream, reason.code);
    const { code, field } = reason;
    this.parts.logger.warn({ stream, partition, code, field, attempts }, 'a record is a dead letter');
  }

  /** The entry says still what is owed, and the next sweep finds it. */
  private left(error: unknown): void {
    this.parts.logger.warn({ reason: messageOf(error) }, 'a parked record could not be brought up to date yet');
  }
}
