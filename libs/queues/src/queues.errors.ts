import { NearscoreError } from '@nearscore/errors';

/** Redis cannot be reached now. */
export class QueueDownError extends NearscoreError {
  constructor(reason: string) {
    super('QUEUE_DOWN', `The queue cannot be reached: ${reason}`, { retriable: true });
  }
}
