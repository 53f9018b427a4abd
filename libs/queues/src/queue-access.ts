import { type ConnectionOptions, type JobsOptions } from 'bullmq';

export interface QueueAccess {
  readonly url: string;
  /** Clusters that share a Redis share nothing of it. */
  readonly cluster: string;
  readonly clientName: string;
}

/** Before all keys of a cluster's queues. */
export function queuePrefixOf(cluster: string): string {
  return `nearscore-${cluster}`;
}

export function connectionOf({ url, clientName }: QueueAccess): ConnectionOptions {
  return { url, connectionName: clientName };
}

/** The same job given again is the one that is there, until it is done. BullMQ wants no colon in its id. */
export function onceAs(jobId: string): JobsOptions {
  return { jobId, removeOnComplete: true, removeOnFail: true };
}

/** Who watches the connection, or asks, learns what is wrong; without a listener an error would end the process. */
export function quietly<T extends { on(event: 'error', listener: () => void): unknown }>(emitter: T): T {
  emitter.on('error', () => undefined);
  return emitter;
}
