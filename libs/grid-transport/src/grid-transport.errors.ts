import { NearscoreError } from '@nearscore/errors';

/** No `@EventPattern` of the app matches a map that it was told to follow. */
export class NoHandlerError extends NearscoreError {
  constructor(pattern: string) {
    super('NO_EVENT_HANDLER', `No @EventPattern handler matches ${pattern}`, { details: { pattern } });
  }
}
