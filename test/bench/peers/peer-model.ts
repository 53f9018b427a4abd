/** What a peer must know of one of test/bench/models. */
export interface PeerModel {
  readonly name: string;
  /** The ONNX file. */
  readonly path: string;
  readonly input: string;
  readonly output: string;
  /** Of the output, the score's. */
  readonly column: number;
  /** Columns of the input. */
  readonly features: number;
}
