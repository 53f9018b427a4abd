import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type HistoryFact } from './history-event';

interface Fact {
  readonly type: string;
}

/** A fact, with when it was seen (monotonic ms since the history began) and the stream that it is about, if one. */
export type Seen<F extends Fact> = F & { readonly at: number; readonly stream?: string };

const FLUSH_LINES = 500;
const RARE: ReadonlySet<string> = new Set(['fault', 'fault-over', 'process', 'emptied', 'deployed', 'rollout']);

/** All that happened in a run, in the order in which this process saw it, by one monotonic clock. */
export class History<F extends Fact = HistoryFact> {
  private readonly startedAt = performance.now();
  private readonly observers: ((event: Seen<F>) => void)[] = [];
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

  observe(observer: (event: Seen<F>) => void): void {
    this.observers.push(observer);
  }

  add(fact: F, stream?: string): Seen<F> {
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

  private keep(event: Seen<F>): void {
    if (this.file === undefined) return;
    this.lines.push(JSON.stringify(event, asText));
    // A run that ends abruptly still tells what it was about to do.
    if (this.lines.length >= FLUSH_LINES || RARE.has(event.type)) this.flush();
  }

  private flush(): void {
    if (this.file === undefined || this.lines.length === 0) return;
    writeSync(this.file, `${this.lines.join('\n')}\n`);
    this.lines = [];
  }
}

/** JSON has no numbers of 64 bits. */
function asText(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
