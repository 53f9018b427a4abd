import { NearscoreError } from '@nearscore/errors';

/** Nothing may be written until the lease is renewed. */
export function leaseLapsed(): NearscoreError {
  return new NearscoreError('LEASE_LAPSED', 'The lease was not renewed in time', { retriable: true });
}

/** What was read may not be what the new owner has. */
export function ownerChanged(): NearscoreError {
  return new NearscoreError('OWNER_CHANGED', 'The partition has another owner now', { retriable: true });
}
