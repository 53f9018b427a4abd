/** What to run and how to know that it is ready. */
export interface ProcessSpec {
  /** How people call it, and the name of its log: `member-1`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly logPath: string;
  /** Asked again and again until true. Never throws. */
  readonly isReady: () => Promise<boolean>;
  readonly readyTimeoutMs: number;
  /** How long it may take to end after SIGTERM before SIGKILL. */
  readonly stopTimeoutMs: number;
}
