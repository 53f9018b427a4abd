/** One thing that goes wrong, and its end. */
export interface Fault {
  readonly name: string;
  /** Resolves when it is done: the process has ended, is paused, … */
  inject(): Promise<void>;
  /** Makes the cluster whole again. */
  restore(): Promise<void>;
}
