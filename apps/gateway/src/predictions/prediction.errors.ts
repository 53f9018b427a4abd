import { NearscoreError } from '@nearscore/errors';

/** `details.record` tells whether it may still come: the record is there, but its prediction is not. */
export class PredictionNotFoundError extends NearscoreError {
  constructor(stream: string, partition: number, record: 'present' | 'absent') {
    const why = record === 'present' ? 'Its record is not scored yet.' : 'There is no record under this key either.';
    super('PREDICTION_NOT_FOUND', `Stream ${stream} has no prediction under this key. ${why}`, {
      retriable: record === 'present',
      details: { stream, partition, record },
    });
  }
}
