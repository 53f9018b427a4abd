export { NearscoreError, type NearscoreErrorOptions, messageOf } from './nearscore-error';
