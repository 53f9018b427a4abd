import { grouped } from '../output/text';

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Characters of a line; undefined: nobody knows. */
  readonly columns?: number;
}

const BAR_WIDTH = 30;
/** Piped output gets a line at each quarter instead of a bar that redraws itself. */
const PIPED_STEPS = 4;
/** Redrawn more often than this, nobody sees more. */
const REDRAW_MS = 50;

/** Lines, and below them a part that is drawn again and again: a bar, a status, a block of lines. Piped, it has only lines. */
export class Terminal {
  /** Lines of the part that is redrawn. */
  private drawn = 0;
  private drawnAt = -Infinity;
  private lastStep = '';

  constructor(
    private readonly output: Output,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get isTTY(): boolean {
    return this.output.isTTY === true;
  }

  line(text = ''): void {
    this.clear();
    this.output.write(`${text}\n`);
  }

  readonly progress = (done: number, total: number, what: string): void => {
    if (this.isTTY) this.drawBar(done, total, what);
    else this.writeStep(done, total, what);
  };

  /** What goes on, where nobody knows for how long; nothing when piped. */
  status(text: string): void {
    if (this.isTTY && this.isDue()) this.draw([`  ${text}`]);
  }

  /** Lines that stay until others take their place; nothing when piped. */
  block(lines: readonly string[]): void {
    if (this.isTTY) this.draw(lines);
  }

  /** Takes away what is redrawn. */
  clear(): void {
    if (this.drawn > 0) this.output.write(this.eraser());
    this.drawn = 0;
    this.drawnAt = -Infinity;
  }

  private drawBar(done: number, total: number, what: string): void {
    if (done < total && !this.isDue()) return;
    this.draw([`  ${barOf(done, total)} ${countOf(done, total)} ${what}`]);
    if (done < total) return;
    this.output.write('\n');
    this.drawn = 0;
  }

  private writeStep(done: number, total: number, what: string): void {
    const step = `${what} ${Math.floor((PIPED_STEPS * done) / total)}`;
    if (step === this.lastStep) return;
    this.lastStep = step;
    this.output.write(`  ${countOf(done, total)} ${what}\n`);
  }

  private draw(lines: readonly string[]): void {
    const { columns = Infinity } = this.output;
    // A line that wraps would be two, and the next redraw one too low.
    const shown = lines.map((line) => (line.length < columns ? line : line.slice(0, columns - 1)));
    this.output.write(`${this.eraser()}${shown.join('\n')}`);
    this.drawn = lines.length;
    this.drawnAt = this.now();
  }

  private eraser(): string {
    return this.drawn > 1 ? `\r\x1b[${this.drawn - 1}A\x1b[J` : '\r\x1b[K';
  }

  private isDue(): boolean {
    return this.drawn === 0 || this.now() - this.drawnAt >= REDRAW_MS;
  }
}

export function barOf(done: number, total: number): string {
  const filled = Math.round((BAR_WIDTH * done) / total);
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
}

export function countOf(done: number, total: number): string {
  return `${grouped(done)} of ${grouped(total)}`;
}
