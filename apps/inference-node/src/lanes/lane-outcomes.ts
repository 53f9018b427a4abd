import { type Deployment } from '@nearscore/registry';
import { type DeployedEpoch, type LaneModelName } from '../lane/lane-messages';
import { modelNameOf } from '../lane/lane-model';

export interface FailedDeployment {
  readonly stream: string;
  readonly reason: string;
}

/** How far lanes are with a version that is to be loaded; `reason` exactly when it failed. */
export interface Preparedness {
  readonly state: 'preparing' | 'prepared' | 'failed';
  readonly reason: string | null;
}

/** 0 and 0 while a lane applies none. */
export interface AppliedEpoch {
  readonly epoch: number;
  readonly version: number;
}

interface Outcome extends AppliedEpoch {
  readonly error: string | undefined;
}

const NONE: AppliedEpoch = { epoch: 0, version: 0 };

interface LaneAnswers {
  /** By stream. */
  readonly deployed: Map<string, Outcome>;
  /** Why not, by version; undefined: it is. */
  readonly prepared: Map<string, string | undefined>;
}

/** What the lanes of a node have answered to what they were told last. A lane that ended has answered nothing. */
export class LaneOutcomes {
  private readonly answers: LaneAnswers[];

  constructor(lanes: number) {
    this.answers = Array.from({ length: lanes }, () => ({ deployed: new Map(), prepared: new Map() }));
  }

  /** Lanes are told to deploy these streams and no others: what they said of those counts no more. */
  toldToDeploy(streams: Iterable<string>): void {
    const told = new Set(streams);
    for (const { deployed } of this.answers)
      for (const stream of deployed.keys()) if (!told.has(stream)) deployed.delete(stream);
  }

  /** Lanes are told to prepare these versions and no others. */
  toldToPrepare(models: Iterable<LaneModelName>): void {
    const told = new Set([...models].map(modelNameOf));
    for (const { prepared } of this.answers)
      for (const name of prepared.keys()) if (!told.has(name)) prepared.delete(name);
  }

  deployed(lane: number, { stream, epoch, version, error }: DeployedEpoch): void {
    this.answers[lane]?.deployed.set(stream, { epoch, version, error });
  }

  prepared(lane: number, model: LaneModelName, error: string | undefined): void {
    this.answers[lane]?.prepared.set(modelNameOf(model), error);
  }

  died(lane: number): void {
    this.answers[lane]?.deployed.clear();
    this.answers[lane]?.prepared.clear();
  }

  /** Streams that some lane could not load as it was told last. */
  failed(): FailedDeployment[] {
    const failed = new Map<string, string>();
    for (const { deployed } of this.answers) {
      for (const [stream, { error }] of deployed) if (error !== undefined) failed.set(stream, error);
    }
    return [...failed].map(([stream, reason]) => ({ stream, reason }));
  }

  /** Whether the lane has loaded these deployments, or could not. */
  hasTried(lane: number, deployments: readonly Pick<Deployment, 'stream' | 'epoch'>[]): boolean {
    return deployments.every(({ stream, epoch }) => this.answers[lane]?.deployed.get(stream)?.epoch === epoch);
  }

  /** The oldest epoch of the stream that lanes apply. */
  appliedOf(stream: string): AppliedEpoch {
    const applied = this.answers.map(({ deployed }) => {
      const outcome = deployed.get(stream);
      return outcome && outcome.error === undefined ? outcome : NONE;
    });
    const { epoch, version } = applied.reduce((oldest, it) => (it.epoch < oldest.epoch ? it : oldest));
    return { epoch, version };
  }

  /** Streams of which some lane has said something. */
  streams(): Set<string> {
    return new Set(this.answers.flatMap(({ deployed }) => [...deployed.keys()]));
  }

  preparednessOf(model: LaneModelName): Preparedness {
    const name = modelNameOf(model);
    for (const { prepared } of this.answers) {
      const error = prepared.get(name);
      if (error !== undefined) return { state: 'failed', reason: error };
    }
    const everywhere = this.answers.every(({ prepared }) => prepared.has(name));
    return { state: everywhere ? 'prepared' : 'preparing', reason: null };
  }
}
