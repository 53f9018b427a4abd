export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

const BAR_WIDTH = 30;
/** Piped output gets a line at each quarter instead of a bar that redraws itself. */
const PIPED_STEPS = 4;

/** Lines and one progress bar; the bar is always the last line. */
export class Terminal {
  private barShown = false;
  private lastStep = '';

  constructor(private readonly output: Output) {}

  line(text = ''): void {
    this.clearBar();
    this.output.write(`${text}\n`);
  }

  readonly progress = (done: number, total: number, what: string): void => {
    if (this.output.isTTY) this.drawBar(done, total, what);
    else this.writeStep(done, total, what);
  };

  private drawBar(done: number, total: number, what: string): void {
    const filled = Math.round((BAR_WIDTH * done) / total);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
    this.output.write(`\r\x1b[K  ${bar} ${countOf(done, total)} ${what}`);
    this.barShown = done < total;
    if (!this.barShown) this.output.write('\n');
  }

  private writeStep(done: number, total: number, what: string): void {
    const step = `${what} ${Math.floor((PIPED_STEPS * done) / total)}`;
    if (step === this.lastStep) return;
    this.lastStep = step;
    this.output.write(`  ${countOf(done, total)} ${what}\n`);
  }

  private clearBar(): void {
    if (this.barShown) this.output.write('\r\x1b[K');
    this.barShown = false;
  }
}

export function countOf(done: number, total: number): string {
  return `${grouped(done)} of ${grouped(total)}`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
