export const RECORD_TOPIC = 'records';
export const PREDICTION_TOPIC = 'predictions';
export const GROUP = 'scorers';
