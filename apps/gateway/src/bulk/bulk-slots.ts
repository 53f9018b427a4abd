import { TooManyBulkRequestsError } from './bulk.errors';

const RETRY_AFTER_SECONDS = 5;

/** Bounds how many imports and exports hold memory at once: beyond it one is refused before its body is read. */
export class BulkSlots {
  private taken = 0;

  constructor(private readonly slots: number) {}

  /** Returns the function that gives the slot back. TooManyBulkRequestsError when none is free. */
  take(): () => void {
    if (this.taken === this.slots) throw new TooManyBulkRequestsError(RETRY_AFTER_SECONDS);
    this.taken++;
    let release = (): void => {
      this.taken--;
      release = () => undefined;
    };
    return () => release();
  }
}
