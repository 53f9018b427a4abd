import { type ParkedCount } from '@nearscore/metrics';
import { type ParkedRecord, type ParkedStore } from '@nearscore/registry';

/** Each page costs the members a look at all entries: few large ones. */
const PAGE = 5_000;
/** A lane that was asked answers sooner, or never will: it ended, or nobody heard. */
const ANSWER_TIMEOUT_MS = 10_000;

export interface SweepParts {
  readonly store: Pick<ParkedStore, 'pages'>;
  /** Those that the node's lanes are to score. */
  readonly partitions: readonly number[];
  /** Has the record's lane score it again, or only look whether it is to be kept. */
  readonly ask: (record: ParkedRecord, score: boolean) => void;
  readonly schedule: (records: readonly ParkedRecord[]) => Promise<void>;
}

/**
 * Compares the entries of the node's partitions with what is owed to them, from the entries alone: an attempt without a job gets
 * one, a lane that did not answer is asked again, a dead letter whose record was scored or removed unseen is found.
 */
export async function sweepParked({ store, partitions, ask, schedule }: SweepParts): Promise<ParkedCount[]> {
  const counts = new Map<string, { -readonly [K in keyof ParkedCount]: ParkedCount[K] }>();
  const now = Date.now();
  for await (const page of store.pages({ partitions, limit: PAGE })) {
    for (const { stream, state, reason } of page) {
      const name = `${stream} ${state} ${reason.code}`;
      const count = counts.get(name) ?? { stream, state, code: reason.code, records: 0 };
      count.records++;
      counts.set(name, count);
    }
    for (const record of page) {
      if (record.state === 'dead') ask(record, false);
      else if (record.askedAt !== null && now - record.askedAt > ANSWER_TIMEOUT_MS) ask(record, true);
    }
    await schedule(page.filter(({ state, askedAt }) => state === 'retrying' && askedAt === null));
  }
  return [...counts.values()];
}
