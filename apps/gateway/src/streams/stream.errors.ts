import { NearscoreError } from '@nearscore/errors';

export class StreamNotFoundError extends NearscoreError {
  constructor(stream: string) {
    super('STREAM_NOT_FOUND', `No model is deployed to stream ${stream}; PUT /v1/streams/${stream} deploys one.`, {
      details: { stream },
    });
  }
}
