/** A 64-bit fingerprint in two signed halves, so that none is allocated per record. */
export interface Fingerprint {
  high: number;
  low: number;
}

export function isSameFingerprint(a: Fingerprint, b: Fingerprint): boolean {
  return a.high === b.high && a.low === b.low;
}

/** Which event a prediction was made from, and by what. */
export interface PredictionStamp extends Fingerprint {
  /** Journal sequence of the record's event. */
  sequence: number;
  /** Of the deployment that made it. */
  epoch: number;
}

/** How to tell which record a prediction was made from. The formats of records and predictions stay outside of this lib. */
export interface RecordIdentity {
  /** Sets `into` to the fingerprint of a record's value, bytes [start, end). */
  fingerprintOf(bytes: Buffer, start: number, end: number, into: Fingerprint): void;
  /** Sets `into` to what the prediction in bytes [start, end) says of its record. Returns false when it is no prediction. */
  stampOf(bytes: Buffer, start: number, end: number, into: PredictionStamp): boolean;
}
