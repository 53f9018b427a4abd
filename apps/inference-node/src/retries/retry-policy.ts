import { type DeployedRetries, type FailedRecord, isRetriable, type ParkedRecord } from '@nearscore/registry';

const MAX_DELAY_MS = 10 * 60_000;

export interface RetrySettings {
  /** How often a record is tried in all before it is a dead letter, by stream; `default` for all others. */
  readonly attempts: { readonly default: number; readonly streams: ReadonlyMap<string, number> };
  /** Before the second attempt; doubled from attempt to attempt, up to 10 minutes. */
  readonly delayMs: number;
}

/** What the deployment of a stream says, if it says something. */
export type DeployedRetriesOf = (stream: string) => DeployedRetries | null | undefined;

/** What follows a failure: another attempt, later and later, or a dead letter. What a deployment says counts before the settings. */
export class RetryPolicy {
  constructor(
    private readonly settings: RetrySettings,
    private readonly deployedOf: DeployedRetriesOf,
    private readonly random: () => number = Math.random,
  ) {}

  /** A record that was tried once. */
  parked(failed: FailedRecord): ParkedRecord {
    return { ...failed, attempts: 1, askedAt: null, ...this.next(failed.stream, failed.reason.code, 1, failed.lastAt) };
  }

  /** @param attempts how often it was tried by now */
  next(stream: string, code: string, attempts: number, now: number): Pick<ParkedRecord, 'state' | 'nextAttemptAt'> {
    const retries = this.deployedOf(stream) ?? {};
    const { streams, default: all } = this.settings.attempts;
    const most = retries.attempts ?? streams.get(stream) ?? all;
    return !isRetriable(code) || attempts >= most
      ? { state: 'dead', nextAttemptAt: null }
      : { state: 'retrying', nextAttemptAt: now + this.delay(retries, attempts) };
  }

  /** From half of it to all: records that failed together are not tried together for ever. */
  private delay({ firstDelaySeconds, maxDelaySeconds }: DeployedRetries, attempts: number): number {
    const first = firstDelaySeconds === undefined ? this.settings.delayMs : firstDelaySeconds * 1_000;
    const longest = maxDelaySeconds === undefined ? Math.max(first, MAX_DELAY_MS) : maxDelaySeconds * 1_000;
    const full = Math.min(longest, first * 2 ** (attempts - 1));
    return Math.round(full * (0.5 + this.random() / 2));
  }
}
