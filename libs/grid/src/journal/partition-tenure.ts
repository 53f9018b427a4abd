/**
 * A lane's following of one partition of a stream, from when it took it up until it gives it up or loses it. What was read
 * in one tenure must not be written in the next: another lane may have written later events between them.
 */
export interface PartitionTenure {
  /** It has ended. */
  readonly isOver: boolean;
  /** Whether the event's prediction is stored, and the lane may write to the partition now. */
  hasStored(sequence: number): boolean;
}
