/** A version as `GET /v1/models/{model}/versions/{version}` shows it. */
export interface ModelVersionView {
  readonly model: string;
  readonly version: number;
  readonly sha256: string;
  readonly uploadedSha256: string;
  readonly byteLength: number;
  /** ISO 8601 */
  readonly admittedAt: string;
  readonly admittedBy: string | null;
  /** The streams for which it is what it is called: `live`, `candidate`, `previous`. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  readonly signature: {
    readonly inputs: readonly TensorView[];
    readonly outputs: readonly TensorView[];
  };
  readonly config: Readonly<Record<string, unknown>>;
  readonly graph: {
    readonly opset: Readonly<Record<string, number>>;
    readonly nodes: number;
    readonly initializerBytes: number;
  } | null;
  readonly admission: {
    readonly probe: { readonly rows: number; readonly failed: number };
    readonly goldenRows: number;
    readonly lowered: readonly string[];
    readonly stepsMs: Readonly<Record<string, number>>;
  } | null;
}

export interface TensorView {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly (number | null)[];
}

export interface ModelSummary {
  readonly model: string;
  readonly versions: readonly number[];
  /** `live`, `candidate`, `previous`: the version, by stream. */
  readonly aliases: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
