/** One start of a node. */
export interface StartRow {
  readonly partitions: number;
  readonly lanes: number;
  readonly round: number;
  /** From its start, its member being ready, until it says that it is: with all leases and both models. */
  readonly readyMs: number;
  /** Resident memory of the node's process, MiB. */
  readonly rssMiB: {
    readonly ready: number;
    /** After it has scored `SCORED` records. */
    readonly loaded: number;
  };
}
