import { type GridTlsConfig, type LogLevel } from '@nearscore/config';
import { type ScoringSnapshot } from '@nearscore/metrics';
import { type ModelConfig } from '@nearscore/records';
import { type RetryOutcome } from '@nearscore/grid';
import { type Deployment, type FailedRecord, type ParkedRecord } from '@nearscore/registry';

/** What a lane is told at birth and cannot change. All of it survives structured cloning. */
export interface LaneData {
  /** 0-based number of the lane in its node. */
  readonly lane: number;
  readonly nodeId: string;
  readonly clusterName: string;
  readonly tls: GridTlsConfig | undefined;
  /** records */
  readonly maxBatch: number;
  readonly lingerMs: number;
  /** 0 = never */
  readonly restMs: number;
  readonly checkpointIntervalMs: number;
  readonly leaseMs: number;
  /** events */
  readonly replayEvents: number;
  /** 0 = only after a suspicion */
  readonly auditIntervalMs: number;
  readonly logLevel: LogLevel;
  /** Memory of the lane's LanePulse. */
  readonly pulse: SharedArrayBuffer;
}

/** A member that a lane may have to connect to. */
export interface LaneMember {
  readonly uuid: string;
  readonly host: string;
  readonly port: number;
  /** Whether it is the member beside the node: what locality counts. */
  readonly own: boolean;
}

/** What a lane follows, and where all partitions lie: it may have to write to one that it gave up. */
export interface LaneAssignment {
  readonly partitions: readonly number[];
  /** Member uuids of the whole partition table; null while a partition has no known owner. */
  readonly owners: readonly (string | null)[];
}

/** A version as lanes load it. The same model, version and sha256 is the same session. */
export interface LaneModel {
  readonly model: string;
  readonly version: number;
  /** Of `onnx`, in hexadecimal. */
  readonly sha256: string;
  readonly config: ModelConfig;
  /** Over a SharedArrayBuffer: every lane loads from the same bytes. */
  readonly onnx: Uint8Array;
}

/** What names a version: two of the same number and other bytes are two. */
export type LaneModelName = Pick<LaneModel, 'model' | 'version' | 'sha256'>;

/** One epoch of a stream and what scores it. */
export interface LaneDeployment {
  readonly deployment: Deployment;
  readonly live: LaneModel;
  /** Exactly where the deployment has one. */
  readonly candidate?: LaneModel;
}

/** A parked record for the lane that serves its partition. */
export interface LaneRetry {
  readonly id: number;
  readonly record: Pick<ParkedRecord, 'stream' | 'partition' | 'keyData' | 'sourceSequence' | 'fingerprint'>;
  /** False: only look whether it is to be kept. */
  readonly score: boolean;
}

/** The version that a retry was tried with. */
export type TriedVersion = Pick<Deployment, 'model' | 'version' | 'epoch'>;

/** Parked records of a stream of which later events, up to these sequences, were scored or removed. */
export interface UnparkedRecords {
  readonly stream: string;
  readonly keys: readonly { readonly keyData: string; readonly sequence: number }[];
}

/** Main thread → lane. Each message replaces what the one of its type before it said. */
export type LaneCommand =
  | { readonly type: 'members'; readonly members: readonly LaneMember[] }
  | ({ readonly type: 'assign' } & LaneAssignment)
  /** All streams to be scored; a stream that is missing is scored no more. Answered by 'deployed' for each new epoch. */
  | { readonly type: 'deploy'; readonly deployments: readonly LaneDeployment[] }
  /** All versions to be loaded though nothing deployed needs them; each is answered by 'prepared'. */
  | { readonly type: 'prepare'; readonly models: readonly LaneModel[] }
  /** The answer to 'park': stored, or why not (then the lane asks again). */
  | { readonly type: 'parked'; readonly id: number; readonly error?: string }
  /** Answered by 'retried'. */
  | ({ readonly type: 'retry' } & LaneRetry)
  /** Finish the batch, write the checkpoints, answer 'stopped', exit. */
  | { readonly type: 'stop' };

/** Without an error: nothing that an older epoch scored is stored any more. With one: the stream is not scored by this lane. */
export interface DeployedEpoch {
  readonly stream: string;
  readonly epoch: number;
  /** The live one */
  readonly version: number;
  /** Whether all that it needs was loaded before. */
  readonly prepared?: boolean;
  readonly error?: string;
}

export type LaneLogLevel = 'error' | 'warn' | 'info' | 'debug';

/** Lane → main thread. */
export type LaneReport =
  | { readonly type: 'ready' }
  | ({ readonly type: 'deployed' } & DeployedEpoch)
  /** It is loaded and warm; or why it cannot be. */
  | ({ readonly type: 'prepared'; readonly error?: string } & LaneModelName)
  /** Every 500 ms. sessions: those that the lane holds. */
  | { readonly type: 'stats'; readonly snapshot: LaneSnapshot; readonly sessions: number }
  | { readonly type: 'park'; readonly id: number; readonly records: readonly FailedRecord[] }
  | { readonly type: 'retried'; readonly id: number; readonly outcome: RetryOutcome; readonly tried?: TriedVersion }
  | ({ readonly type: 'unparked' } & UnparkedRecords)
  | {
      readonly type: 'log';
      readonly level: LaneLogLevel;
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'stopped' };

/** Plain numbers; every count is cumulative since the lane started. */
export interface LaneSnapshot extends ScoringSnapshot {
  /** Clock time at which it was taken, epoch ms. */
  readonly at: number;
}
