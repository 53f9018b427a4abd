import { type ModelConfig, type ModelConfigInput, type ModelSignature } from '@nearscore/records';
import { type GoldenRows } from './golden-rows';
import { type GraphFacts } from './graph/model-scan';
import { type Splice } from './splices';

/** What asks to become a version of a model. */
export interface Candidate {
  /** The ONNX file. */
  readonly onnx: Uint8Array;
  readonly config: ModelConfigInput;
  readonly golden?: GoldenRows | undefined;
}

/** What is looked at, in this order. */
export type AdmissionStep = 'parse' | 'load' | 'probe' | 'golden';

/** What the examination of a candidate found. */
export interface Examination {
  readonly facts: GraphFacts;
  readonly signature: ModelSignature;
  /** Complete; the classes of a lowered ZipMap are its labels if it named none. */
  readonly config: ModelConfig;
  /** The outputs that came out of a ZipMap. */
  readonly lowered: readonly string[];
  /** Of the file, for it to be stored. */
  readonly splices: readonly Splice[];
  readonly probe: ProbeCounts;
  readonly goldenRows: number;
  /** What each step took. */
  readonly stepsMs: Readonly<Record<AdmissionStep, number>>;
}

export interface ProbeCounts {
  readonly rows: number;
  /** Rows for which the graph threw, as it may for values that it does not know. */
  readonly failed: number;
}
