import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type HistoryEvent, type HistoryFact } from './history-event';

export type HistoryObserver = (event: HistoryEvent) => void;

const FLUSH_LINES = 500;
const RARE: ReadonlySet<HistoryEvent['type']> = new Set(['fault', 'fault-over', 'process', 'emptied']);

/** All that happened in a run, in the order in which this process saw it, by one monotonic clock. */
export class History {
  private readonly startedAt = performance.now();
  private readonly observers: HistoryObserver[] = [];
  private readonly file: number | undefined;
  private lines: string[] = [];

  /** @param path JSON lines go there, if given */
  constructor(path?: string) {
    if (path === undefined) return;
    mkdirSync(dirname(path), { recursive: true });
    this.file = openSync(path, 'w');
  }

  /** ms since it began. */
  now(): number {
    return Math.round((performance.now() - this.startedAt) * 10) / 10;
  }

  observe(observer: HistoryObserver): void {
    this.observers.push(observer);
  }

  add(fact: HistoryFact, stream?: string): HistoryEvent {
    const event = { at: this.now(), ...(stream === undefined ? {} : { stream }), ...fact };
    for (const observer of this.observers) observer(event);
    this.keep(event);
    return event;
  }

  close(): void {
    if (this.file === undefined) return;
    this.flush();
    closeSync(this.file);
  }

  private keep(event: HistoryEvent): void {
    if (this.file === undefined) return;
    this.lines.push(JSON.stringify(event));
    // A run that ends abruptly still tells what it was about to do.
    if (this.lines.length >= FLUSH_LINES || RARE.has(event.type)) this.flush();
  }

  private flush(): void {
    if (this.file === undefined || this.lines.length === 0) return;
    writeSync(this.file, `${this.lines.join('\n')}\n`);
    this.lines = [];
  }
}
