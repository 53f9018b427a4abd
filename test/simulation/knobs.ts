import { SimRandom } from './engine/random';

/** What a seed decides about its run before it begins. Times in ms. */
export interface Knobs {
  readonly members: number;
  readonly spareHosts: number;
  readonly nodesPerHost: number;
  readonly lanes: number;
  readonly partitions: number;
  readonly streams: number;
  readonly keysPerPartition: number;
  readonly journalCapacity: number;
  /** How long faults happen. */
  readonly faultyMs: number;
  readonly faultGapMs: number;
  readonly writeGapMs: number;
  readonly burstShare: number;
  readonly removalShare: number;
  readonly unscorableShare: number;
  readonly latencyMs: number;
  readonly slowShare: number;
  readonly backupLatencyMs: number;
  readonly detectionMs: number;
  readonly scoringMs: number;
  readonly batchFailureShare: number;
  /** Share of rows that cannot be scored now and can later: they are parked and tried again. Drawn from nothing, so that worlds of older seeds stay as they are. */
  readonly passingFailureShare: number;
  /** How often something else is deployed. Drawn from nothing as well. */
  readonly deployments: number;
  readonly parkFailureShare: number;
  readonly clockSkew: number;
  readonly leaseMs: number;
  readonly maxBatch: number;
  readonly lingerMs: number;
  /** Drawn from nothing as well. */
  readonly restMs: number;
  readonly busyEventsPerSecond: number;
  readonly checkpointIntervalMs: number;
  /** Drawn from nothing as well. */
  readonly checkpointEvents: number;
  readonly maxScans: number;
  readonly replayEvents: number;
  readonly auditIntervalMs: number;
  /** Which kinds of faults this run knows. */
  readonly faults: readonly FaultKind[];
}

export const FAULTS = [
  'kill-node',
  'stop-node',
  'pause-node',
  'pause-lane',
  'stall-lane',
  'kill-member',
  'join-host',
  'move-partition',
  'cut-connection',
  'lose-answers',
  'slow-backups',
  'jump-epoch',
  'destroy-map',
  'restart-grid',
  'merge',
] as const;

export type FaultKind = (typeof FAULTS)[number];

/** Faults that take data by design are rare: after one, little of what was before matters. */
const RARE: ReadonlySet<FaultKind> = new Set(['destroy-map', 'restart-grid', 'merge']);

export function knobsOf(seed: number): Knobs {
  const random = new SimRandom(Math.imul(seed + 7, 0x85ebca6b));
  const one = <T>(...values: readonly T[]): T => values[random.below(values.length)] as T;
  return {
    members: one(2, 2, 3),
    spareHosts: one(0, 1),
    nodesPerHost: one(1, 1, 2),
    lanes: one(1, 1, 2),
    partitions: one(4, 5, 6),
    streams: one(1, 1, 1, 2),
    keysPerPartition: one(2, 4, 8),
    journalCapacity: one(12, 40, 200),
    faultyMs: one(8_000, 12_000, 16_000),
    faultGapMs: one(600, 1_200, 2_500),
    writeGapMs: one(30, 50, 80),
    burstShare: one(0, 0.01, 0.03),
    removalShare: one(0, 0.1, 0.3),
    unscorableShare: one(0, 0.03, 0.1),
    latencyMs: one(0.5, 2, 5),
    slowShare: one(0, 0.01, 0.05),
    backupLatencyMs: one(0.5, 3, 20),
    detectionMs: one(300, 1_000, 2_500),
    scoringMs: one(0.5, 5, 30),
    batchFailureShare: one(0, 0, 0.05),
    passingFailureShare: seed % 4 === 3 ? 0.05 : 0,
    deployments: seed % 3 === 0 ? 3 : 0,
    parkFailureShare: one(0, 0.2),
    clockSkew: one(0, 0.01, 0.03),
    leaseMs: one(1_000, 2_000, 4_000),
    maxBatch: one(2, 8, 32),
    lingerMs: one(0, 0, 5),
    restMs: seed % 5 < 2 ? 100 : 0,
    busyEventsPerSecond: 2,
    checkpointIntervalMs: one(100, 500, 1_000),
    checkpointEvents: seed % 7 < 3 ? 8 : 1,
    maxScans: one(1, 4),
    replayEvents: one(8, 32, 256),
    auditIntervalMs: one(1_500, 3_000, 6_000),
    faults: FAULTS.filter((kind) => random.chance(RARE.has(kind) ? 0.12 : 0.6)),
  };
}
