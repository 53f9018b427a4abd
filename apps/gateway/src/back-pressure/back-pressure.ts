import { type Deployment } from '@nearscore/registry';
import { StreamBehindError } from './back-pressure.errors';
import { type StreamLag, type StreamLags } from './stream-lags';

const MAX_RETRY_AFTER_SECONDS = 60;

export interface BackPressureParts {
  readonly lags: Pick<StreamLags, 'of' | 'accepted'>;
  /** For streams whose deployment says nothing; 0 = off. */
  readonly defaultMaxAgeSeconds: number;
  readonly refused: (stream: string) => void;
  /** Monotonic ms. */
  readonly now?: () => number;
}

/** Holds writers back while a stream's scoring is too far behind: a journal that overflows costs a scan of the whole map. */
export class BackPressure {
  private readonly now: () => number;

  constructor(private readonly parts: BackPressureParts) {
    this.now = parts.now ?? (() => performance.now());
  }

  /** In seconds; 0 = off. */
  limitOf({ maxUnscoredAgeSeconds }: Deployment): number {
    return maxUnscoredAgeSeconds ?? this.parts.defaultMaxAgeSeconds;
  }

  /** To be called just before a write. StreamBehindError when the stream takes none now. */
  admit(deployment: Deployment): void {
    try {
      this.admitPatient(deployment);
    } catch (error) {
      this.parts.refused(deployment.stream);
      throw error;
    }
  }

  /** The same for a writer that waits and asks again, so that nothing is refused. */
  admitPatient(deployment: Deployment): void {
    const { stream } = deployment;
    const limit = this.limitOf(deployment);
    const lag = this.parts.lags.of(stream);
    if (limit > 0 && lag.oldestUnscoredMs > limit * 1000) throw behind(stream, lag, limit);
    this.parts.lags.accepted(stream, this.now());
  }
}

function behind(stream: string, lag: StreamLag, limit: number): StreamBehindError {
  const { unscoredRecords, partitionsWithoutLease } = lag;
  return new StreamBehindError({
    ...{ stream, unscoredRecords, partitionsWithoutLease, maxUnscoredAgeSeconds: limit },
    oldestUnscoredSeconds: lag.oldestUnscoredMs / 1000,
    retryAfterSeconds: retryAfter(lag, limit),
  });
}

/** What waits, at the rate at which it goes. When nothing goes, as long again as it has been too long. */
function retryAfter({ unscoredRecords, scoredPerSecond, oldestUnscoredMs }: StreamLag, limit: number): number {
  const seconds = scoredPerSecond > 0 ? unscoredRecords / scoredPerSecond : oldestUnscoredMs / 1000 - limit;
  return Math.max(1, Math.min(MAX_RETRY_AFTER_SECONDS, Math.ceil(seconds)));
}
