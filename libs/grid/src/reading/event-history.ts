import { murmur3 } from '../wire/partition-hash';
import { type JournalEvent } from './journal-run';

interface Seen {
  readonly sequence: number;
  readonly key: number;
  readonly value: number;
}

/** The last events of a partition, as hashes: tells whether an event that is read again is the one that was read before. */
export class EventHistory {
  private readonly seen: Seen[] = [];

  constructor(private readonly capacity: number) {}

  /** How many successive events, up to the last one, are known. */
  get size(): number {
    return this.seen.length;
  }

  add(event: JournalEvent): void {
    const { sequence } = event;
    const last = this.seen[this.seen.length - 1];
    // Told again with other content: what followed it in the lost journal is void.
    if (last && sequence !== last.sequence + 1) this.forgetFrom(sequence);
    this.seen.push({ sequence, ...hashOf(event) });
    if (this.seen.length > this.capacity) this.seen.shift();
  }

  has(event: JournalEvent): boolean {
    const [first] = this.seen;
    const known = first && this.seen[event.sequence - first.sequence];
    if (!known) return false;
    const { key, value } = hashOf(event);
    return known.key === key && known.value === value;
  }

  clear(): void {
    this.seen.length = 0;
  }

  private forgetFrom(sequence: number): void {
    const [first] = this.seen;
    if (first) this.seen.length = Math.max(0, Math.min(this.seen.length, sequence - first.sequence));
  }
}

/** Tells events with the same sequence apart. */
export function hashOf({ key, value }: JournalEvent): { key: number; value: number } {
  return { key: murmur3(key, 0, key.length), value: value === null ? 0 : murmur3(value, 0, value.length) };
}
