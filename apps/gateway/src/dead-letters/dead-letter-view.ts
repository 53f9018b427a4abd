import { type ParkedRecord, type ParkedState } from '@nearscore/registry';

/** A parked record for people: waiting for another attempt, or a dead letter. It never holds the record's values. */
export interface DeadLetterView {
  /** null: the key is no text; `keyData` names it then. */
  readonly key: string | null;
  /** The key as it lies in the grid, base64. */
  readonly keyData: string;
  readonly partition: number;
  readonly state: ParkedState;
  readonly reason: ParkedRecord['reason'];
  readonly attempts: number;
  readonly model: string;
  readonly version: number;
  readonly epoch: number;
  readonly sourceSequence: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** null: none is planned, or it is under way. */
  readonly nextAttemptAt: string | null;
}

export function toDeadLetterView(record: ParkedRecord): DeadLetterView {
  const { key, keyData, partition, state, reason, attempts, model, version, epoch, sourceSequence } = record;
  const { firstAt, lastAt, nextAttemptAt, askedAt } = record;
  return {
    ...{ key, keyData, partition, state, reason, attempts, model, version, epoch, sourceSequence },
    ...{ firstAt: timeOf(firstAt), lastAt: timeOf(lastAt) },
    nextAttemptAt: nextAttemptAt === null || askedAt !== null ? null : timeOf(nextAttemptAt),
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
