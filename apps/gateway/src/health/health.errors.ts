import { NearscoreError } from '@nearscore/errors';

/** `details.checks` tells each check; the same as in the answer of a ready gateway. */
export class NotReadyError extends NearscoreError {
  constructor(checks: object) {
    super('NOT_READY', 'This gateway is not ready.', { retriable: true, details: { checks } });
  }
}
