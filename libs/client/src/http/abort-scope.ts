/**
 * A signal for one request: it ends with the caller's signal, by a deadline, or by itself. `AbortSignal.any` would do
 * the same, but it is younger than the browsers in use, and has kept its sources alive for as long as they live.
 */
export class AbortScope {
  private readonly controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly follow = (): void => this.abort(this.outer?.reason);

  constructor(private readonly outer?: AbortSignal) {
    if (outer?.aborted) this.follow();
    else outer?.addEventListener('abort', this.follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Sets the one deadline of the scope anew. */
  abortAfter(ms: number, reason: (ms: number) => unknown): void {
    this.clearDeadline();
    this.timer = setTimeout(() => this.abort(reason(ms)), ms);
  }

  clearDeadline(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  abort(reason?: unknown): void {
    this.controller.abort(reason);
  }

  /** Ends what is still under way, and leaves nothing behind at the outer signal. */
  close(): void {
    this.clearDeadline();
    this.outer?.removeEventListener('abort', this.follow);
    this.abort();
  }
}
