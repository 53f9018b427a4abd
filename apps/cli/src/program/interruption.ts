import { EXIT, type ExitCode } from './exit-codes';

/** What ends a command before its end: Ctrl-C, or that nobody reads its output any more. */
export class Interruption {
  private readonly controller = new AbortController();
  private code: ExitCode | undefined;

  /** undefined: nothing has interrupted. */
  get exitCode(): ExitCode | undefined {
    return this.code;
  }

  /** Ctrl-C aborts the signal from now on; once more ends the process at once, as it does by itself. */
  listen(): AbortSignal {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => this.interrupt(EXIT.interrupted));
    }
    return this.controller.signal;
  }

  /** As with `| head`: that is no failure. */
  readerLeft(): void {
    this.interrupt(EXIT.ok);
  }

  private interrupt(code: ExitCode): void {
    this.code ??= code;
    this.controller.abort();
  }
}
