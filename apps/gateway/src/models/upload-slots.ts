import { TooManyUploadsError } from './model.errors';

const RETRY_AFTER_SECONDS = 5;

/** Bounds how many models are in memory at once: beyond it an upload is refused before its body is read. */
export class UploadSlots {
  private taken = 0;

  constructor(private readonly slots: number) {}

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.taken === this.slots) throw new TooManyUploadsError(RETRY_AFTER_SECONDS);
    this.taken++;
    try {
      return await work();
    } finally {
      this.taken--;
    }
  }
}
