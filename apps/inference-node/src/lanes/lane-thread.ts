import { Worker } from 'node:worker_threads';
import { messageOf } from '@nearscore/errors';
import { type LaneCommand, type LaneData, type LaneReport } from '../lane/lane-messages';
import { LanePulse } from '../lane/lane-pulse';

/**
 * A lane's garbage is short-lived: with room for more of it, fewer collections find it dead already. Took 3 to 5 % off
 * a lane at 271 partitions.
 */
const YOUNG_GENERATION_MB = 96;

export interface LaneThread {
  /** Of this life of the lane. */
  readonly pulse: LanePulse;
  post(command: LaneCommand): void;
  /** Ends it whatever it does. */
  terminate(): Promise<unknown>;
}

export interface LaneThreadListener {
  reported(report: LaneReport): void;
  /** Called once; nothing is reported after it. */
  ended(reason: string): void;
}

export type StartLaneThread = (lane: number, listener: LaneThreadListener) => LaneThread;

/** Starts lanes as worker threads of this process. `entry` is the compiled file of a lane. */
export function workerLanes(entry: string, data: Omit<LaneData, 'lane' | 'pulse'>): StartLaneThread {
  return (lane, listener) => {
    const pulse = new LanePulse();
    const worker = new Worker(entry, {
      workerData: { ...data, lane, pulse: pulse.buffer } satisfies LaneData,
      name: `lane-${lane}`,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    let reason: string | undefined;
    worker.on('message', (report: LaneReport) => listener.reported(report));
    worker.on('error', (error: unknown) => (reason = messageOf(error)));
    worker.on('exit', (code) => listener.ended(reason ?? `exit code ${code}`));
    return {
      pulse,
      post: (command) => worker.postMessage(command),
      terminate: () => worker.terminate(),
    };
  };
}
