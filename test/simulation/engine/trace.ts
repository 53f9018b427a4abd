export type TraceDetail = string | number;

interface TraceLine {
  readonly at: number;
  readonly what: string;
  readonly details: readonly TraceDetail[];
}

/** How many of the last lines a failure can be explained with. */
const KEPT = 20_000;

/** What happened, line by line: hashed, so that two runs can be compared, and kept for the explanation of a failure. */
export class Trace {
  lines = 0;
  private state = 0x811c9dc5;
  private kept: TraceLine[] = [];

  constructor(private readonly print?: (line: string) => void) {}

  note(at: number, what: string, ...details: TraceDetail[]): void {
    this.lines++;
    this.mix(Math.round(at * 1000));
    this.mixText(what);
    for (const detail of details) {
      if (typeof detail === 'number') this.mix(detail);
      else this.mixText(detail);
    }
    const line = { at, what, details };
    this.kept.push(line);
    if (this.kept.length >= 2 * KEPT) this.kept = this.kept.slice(-KEPT);
    this.print?.(format(line));
  }

  get hash(): string {
    return (this.state >>> 0).toString(16).padStart(8, '0');
  }

  /** The last lines that have every one of these details, or that concern everybody. */
  last(count: number, details: readonly TraceDetail[]): string[] {
    const found = this.kept.filter((line) => concerns(line, details));
    return found.slice(-count).map(format);
  }

  private mix(value: number): void {
    this.state = Math.imul(this.state ^ (value | 0), 0x01000193);
    this.state ^= this.state >>> 15;
  }

  private mixText(text: string): void {
    for (let index = 0; index < text.length; index++) this.mix(text.charCodeAt(index));
  }
}

/** Lines of faults have upper-case names: they explain whatever is asked. */
function concerns({ what, details }: TraceLine, wanted: readonly TraceDetail[]): boolean {
  return what === what.toUpperCase() || wanted.every((detail) => details.includes(detail));
}

function format({ at, what, details }: TraceLine): string {
  return `${at.toFixed(1).padStart(9)} ${what.padEnd(14)} ${details.join(' ')}`;
}
