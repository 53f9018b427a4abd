import { readFileSync, writeFileSync } from 'node:fs';
import { UnreadableFileError } from '../program/cli.errors';

const SAVE_EVERY_MS = 500;

/** Where a listening is, kept in a file: so that the next one goes on behind it. */
export class PositionFile {
  private saved: string | undefined;
  private last: string | undefined;
  private savedAt = -Infinity;

  constructor(
    private readonly path: string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** undefined: there is no such file yet. UnreadableFileError when it cannot be read. */
  read(): string | undefined {
    try {
      this.saved = this.last = readFileSync(this.path, 'utf8').trim() || undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new UnreadableFileError(this.path, error);
    }
    return this.last;
  }

  /** Behind this event; written twice a second at most. */
  reach(position: string | undefined): void {
    this.last = position ?? this.last;
    if (this.now() - this.savedAt >= SAVE_EVERY_MS) this.save();
  }

  /** Writes what is not written yet. */
  save(): void {
    if (this.last === undefined || this.last === this.saved) return;
    writeFileSync(this.path, `${this.last}\n`);
    this.saved = this.last;
    this.savedAt = this.now();
  }
}
