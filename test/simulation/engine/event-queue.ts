export interface ScheduledEvent {
  readonly at: number;
  readonly run: () => void;
  cancelled: boolean;
}

interface Entry extends ScheduledEvent {
  readonly order: number;
}

/** What happens when: a binary heap, first by time, then by who asked first. */
export class EventQueue {
  private readonly heap: Entry[] = [];
  private order = 0;

  push(at: number, run: () => void): ScheduledEvent {
    const entry = { at, run, order: this.order++, cancelled: false };
    this.heap.push(entry);
    this.rise(this.heap.length - 1);
    return entry;
  }

  pop(): ScheduledEvent | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    this.sink();
    return first;
  }

  private rise(from: number): void {
    const { heap } = this;
    const entry = heap[from] as Entry;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!isBefore(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  private sink(): void {
    const { heap } = this;
    const entry = heap[0] as Entry;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      const below = heap[child] as Entry;
      if (!isBefore(below, entry)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = entry;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
