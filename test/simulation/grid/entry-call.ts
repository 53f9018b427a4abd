import { type Call, type Performed } from './call';
import { type GridObserver } from './grid-observer';
import { type Replica, type StoredEntry } from './replica';

const JSON_START = 12;

/** Compare-and-set of a partition's entry: the condition is the primary's, the backup does as it is told. */
export function writeEntry(
  replica: Replica,
  call: Call,
  expected: Buffer | null,
  value: Buffer,
  observer: GridObserver,
): Performed {
  const { entry } = replica;
  const matches = expected === null ? entry === null : entry?.bytes.equals(expected) === true;
  if (!matches) return { answer: false };
  const next = parseEntry(value, call, entry);
  return {
    answer: true,
    effect: (target, isPrimary) => {
      if (isPrimary) observer.onEntry(target, next, call);
      target.entry = next;
    },
  };
}

/** Reads an entry without the product's decoder. */
function parseEntry(bytes: Buffer, call: Call, before: StoredEntry | null): StoredEntry {
  const { holder, epoch, leaseMs, streams } = JSON.parse(bytes.toString('utf8', JSON_START)) as StoredEntry;
  // Somebody else's remark in the entry does not prolong the holder's lease.
  const holdingSince = holder === call.sender ? call.sentAt : (before?.holdingSince ?? -Infinity);
  return { bytes, holder, epoch, leaseMs, streams, before: before?.streams ?? {}, holdingSince };
}
