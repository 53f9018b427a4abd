interface Waiting {
  readonly bytes: number;
  readonly go: () => void;
}

/**
 * Spreads the telling of events over turns of the event loop: sockets get time to take what was written, so that a burst of
 * events does not look like a slow reader.
 */
export class DispatchTurns {
  private left: number;
  private readonly waiting: Waiting[] = [];
  private scheduled = false;

  /** @param turnBytes so much is told of in one turn, in bytes that one listener may be sent */
  constructor(private readonly turnBytes: number) {
    this.left = turnBytes;
  }

  /** Undefined: go on at once; otherwise when the promise resolves. */
  spend(bytes: number): Promise<void> | undefined {
    this.schedule();
    if (this.left > 0 && this.waiting.length === 0) {
      this.left -= bytes;
      return undefined;
    }
    return new Promise((go) => this.waiting.push({ bytes, go }));
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.begin());
  }

  private begin(): void {
    this.scheduled = false;
    this.left = this.turnBytes;
    while (this.left > 0) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.schedule();
      this.left -= next.bytes;
      next.go();
    }
  }
}
