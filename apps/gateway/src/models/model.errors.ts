import { NearscoreError } from '@nearscore/errors';

export class InvalidVersionError extends NearscoreError {
  constructor() {
    super(
      'INVALID_VERSION',
      'A version is a whole number from 1 to 2147483647, written in decimal without zeros before.',
    );
  }
}

export class InvalidUserError extends NearscoreError {
  constructor(header: string) {
    super('INVALID_USER', `${header} is 1 to 128 printable ASCII characters.`, { details: { header } });
  }
}

export class ModelNotFoundError extends NearscoreError {
  constructor(model: string) {
    super('MODEL_NOT_FOUND', `There is no model ${model}.`, { details: { model } });
  }
}

/** The multipart body does not have the parts it should have, each once. */
export class ModelUploadError extends NearscoreError {
  constructor(message: string, cause?: unknown) {
    super('MODEL_UPLOAD_INVALID', message, { cause });
  }
}

export class ModelTooLargeError extends NearscoreError {
  constructor(maxBytes: number) {
    super('MODEL_TOO_LARGE', `A model may have ${maxBytes} bytes.`, { details: { maxBytes } });
  }
}

/** As many models as this gateway holds in memory at once are being received already. */
export class TooManyUploadsError extends NearscoreError {
  constructor(retryAfterSeconds: number) {
    super('TOO_MANY_UPLOADS', 'Other models are being received; try again later.', {
      retriable: true,
      details: { retryAfterSeconds },
    });
  }
}
