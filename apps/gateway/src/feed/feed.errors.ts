import { NearscoreError } from '@nearscore/errors';

const RETRY_AFTER_SECONDS = 5;

/** As many listen at this gateway as it takes; another one may have room. */
export class TooManyListenersError extends NearscoreError {
  constructor(maxListeners: number) {
    super('TOO_MANY_LISTENERS', `${maxListeners} listeners are connected to this gateway, which takes no more.`, {
      retriable: true,
      details: { maxListeners, retryAfterSeconds: RETRY_AFTER_SECONDS },
    });
  }
}
