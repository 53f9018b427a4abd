export const RECORD_STREAM = 'records';
export const GROUP = 'scorers';
/** Before the record's key. */
export const PREDICTION_KEY = 'p:';
/** As many as a feature map's journal keeps in deploy/hazelcast.yaml. */
export const RECORDS_KEPT = 600_000;
