import { NearscoreError } from '@nearscore/errors';
export const placeholder = new NearscoreError('X', 'x');
