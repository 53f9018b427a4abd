/** Has a node prepare what a rollout brings. The rollout's entry in the grid says what that is, and whether it is still wanted. */
export interface PrepareJob {
  /** Id of the rollout. */
  readonly rollout: string;
  readonly stream: string;
}

/** The queue that one node works. */
export function prepareQueueOf(nodeId: string): string {
  return `prepare-${nodeId.replaceAll(':', '-')}`;
}

/** Undefined for what another software, or another version of this one, left in the queue. */
export function parsePrepareJob(data: unknown): PrepareJob | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { rollout, stream } = data as Partial<Record<keyof PrepareJob, unknown>>;
  if (typeof rollout !== 'string' || typeof stream !== 'string') return undefined;
  return { rollout, stream };
}
