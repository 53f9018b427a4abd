import { type LabelConfig, type ModelConfig } from '../config/model-config';
import { type OutputColumns, outputData } from './output-columns';

/** UTF-8; a graph's own text past it is no label. */
const MAX_OWN_LABEL_BYTES = 256;

/** What tells labels apart without making their text: an index into the names, or the graph's own value; null: no label. */
export type LabelKey = number | bigint | string | null;

/** Finds a row's label by the rule of its model. */
export class LabelReader {
  /** The output that the label depends on. */
  readonly output: string;
  /** No label takes more bytes of UTF-8. */
  readonly maxByteLength: number;
  private readonly label: LabelConfig;
  private readonly columns: number;
  private readonly threshold: number;

  constructor({ label, scores, score }: ModelConfig) {
    this.label = label;
    this.maxByteLength = maxByteLengthOf(label);
    this.columns = scores.columns;
    this.output = label.from === 'output' ? label.output : label.from === 'threshold' ? score.output : scores.output;
    // Scores are float32: the score 0.7 of a graph is a little less than the number 0.7.
    this.threshold = label.from === 'threshold' ? Math.fround(label.threshold) : 0;
  }

  /** undefined: the outputs hold none. */
  keyOf(outputs: OutputColumns, scores: ArrayLike<unknown>, row: number, score: number): LabelKey | undefined {
    switch (this.label.from) {
      case 'nowhere':
        return null;
      case 'threshold':
        return Math.fround(score) >= this.threshold ? 1 : 0;
      case 'highest':
        return indexOfHighest(scores, row, this.columns);
      case 'output':
        return outputData(outputs, this.label.output, 1)?.[row];
    }
  }

  textOf(key: LabelKey): string | null | undefined {
    if (key === null) return null;
    const names = this.label.from === 'nowhere' ? null : this.label.names;
    if (names === null) return Buffer.byteLength(String(key)) <= MAX_OWN_LABEL_BYTES ? String(key) : undefined;
    return typeof key === 'string' ? names.find((name) => name === key) : names[Number(key)];
  }
}

function maxByteLengthOf(label: LabelConfig): number {
  if (label.from === 'nowhere') return 0;
  return label.names === null ? MAX_OWN_LABEL_BYTES : Math.max(...label.names.map((name) => Buffer.byteLength(name)));
}

/** The first of equals. */
function indexOfHighest(scores: ArrayLike<unknown>, row: number, columns: number): number {
  let found = 0;
  for (let column = 1; column < columns; column++) {
    if ((scores[row * columns + column] as number) > (scores[row * columns + found] as number)) found = column;
  }
  return found;
}
