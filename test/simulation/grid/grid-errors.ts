import { NearscoreError } from '@nearscore/errors';
import { MapDestroyedError, MemberError, WireConnectionError } from '@nearscore/grid';

/** Errors as the lean connection gives them. */
export const wrongTarget = (): NearscoreError => new MemberError(62, 'WrongTargetException', 'simulated');
export const indeterminate = (): NearscoreError =>
  new MemberError(80, 'IndeterminateOperationStateException', 'simulated');
export const destroyed = (): NearscoreError => new MapDestroyedError('simulated');
export const connectionLost = (member: string): NearscoreError => new WireConnectionError(member, 'simulated');
export const parkingFailed = (): NearscoreError =>
  new NearscoreError('PARKING_FAILED', 'simulated', { retriable: true });
