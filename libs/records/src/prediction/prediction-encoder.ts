import { type ModelConfig } from '../config/model-config';
import { type RecordFailure, recordFailure } from '../decoding/record-failure';
import { type Fingerprint } from '../fingerprint';
import { type LabelKey, LabelReader } from './label-reader';
import { type OutputColumns, outputData } from './output-columns';
import { fixedPosition, predictionTemplate, type PredictionTemplate } from './prediction-frame';

export interface PredictionOrigin {
  readonly config: ModelConfig;
  readonly model: string;
  readonly version: number;
  readonly epoch: number;
}

const POSITION = {
  epoch: fixedPosition('epoch'),
  fingerprint: fixedPosition('fingerprint'),
  score: fixedPosition('score'),
  scoredAt: fixedPosition('scoredAt'),
  sourceSequence: fixedPosition('sourceSequence'),
  version: fixedPosition('version'),
};

/** A graph's own labels are of any number; past so many their templates are made anew each time. */
const MAX_TEMPLATES = 4_096;

/**
 * Writes predictions of one deployment epoch: the bytes of one with the same label are copied, and only its numbers patched.
 * Nothing is allocated per prediction once each label has been seen.
 */
export class PredictionEncoder {
  /** No prediction of this encoder takes more bytes; `encode` needs so many free. */
  readonly maxByteLength: number;
  private refused: RecordFailure | undefined;
  private readonly labels: LabelReader;
  private readonly templates = new Map<LabelKey, PredictionTemplate>();
  private view: DataView = new DataView(new ArrayBuffer(0));
  private viewed: Buffer | undefined;

  constructor(private readonly origin: PredictionOrigin) {
    this.labels = new LabelReader(origin.config);
    this.maxByteLength = this.newTemplate('').bytes.length + this.labels.maxByteLength + 3 * 4;
  }

  /** Why the latest `encode` returned −1. */
  get refusal(): RecordFailure | undefined {
    return this.refused;
  }

  /**
   * Writes the Data of row `row`'s prediction (with its 8-byte header) at `offset` and returns its end; −1 when the outputs
   * make no prediction: not finite, not of the declared columns, a label without a name.
   */
  encode(
    target: Buffer,
    offset: number,
    outputs: OutputColumns,
    row: number,
    sourceSequence: number,
    fingerprint: Readonly<Fingerprint>,
    scoredAtMs: number,
  ): number {
    const { scores, score } = this.origin.config;
    const scoresData = outputData(outputs, scores.output, scores.columns);
    if (!scoresData) return this.refuse(scores.output, `does not have ${scores.columns} columns`);
    const scoreValue = this.scoreOf(outputs, scoresData, row);
    if (!isFiniteFloat(scoreValue)) return this.refuse(score.output, 'is not finite, or not there');
    const template = this.templateOf(this.labels.keyOf(outputs, scoresData, row, scoreValue));
    if (!template) return this.refuse(this.labels.output, 'is not a label that can be named');

    target.set(template.bytes, offset);
    const view = this.viewOf(target);
    const at = target.byteOffset + offset;
    if (!patchScores(view, at + template.scoresAt, scoresData, row, scores.columns)) {
      return this.refuse(scores.output, 'is not finite');
    }
    view.setFloat32(at + POSITION.score, scoreValue);
    setInt64(view, at + POSITION.sourceSequence, sourceSequence);
    setInt64(view, at + POSITION.scoredAt, scoredAtMs);
    view.setInt32(at + POSITION.fingerprint, fingerprint.high);
    view.setInt32(at + POSITION.fingerprint + 4, fingerprint.low);
    return offset + template.bytes.length;
  }

  private scoreOf(outputs: OutputColumns, scores: ArrayLike<unknown>, row: number): number {
    const { output, columns, column } = this.origin.config.score;
    const data = output === this.origin.config.scores.output ? scores : outputData(outputs, output, columns);
    if (!data) return NaN;
    if (column === 'highest') return highest(data, row, columns);
    return data[row * columns + column] as number;
  }

  private refuse(output: string, message: string): -1 {
    this.refused = recordFailure('UNUSABLE_OUTPUT', `the model's output '${output}' ${message}`);
    return -1;
  }

  private templateOf(key: LabelKey | undefined): PredictionTemplate | undefined {
    if (key === undefined) return undefined;
    const known = this.templates.get(key);
    if (known) return known;
    const text = this.labels.textOf(key);
    if (text === undefined) return undefined;
    const template = this.newTemplate(text);
    if (this.templates.size < MAX_TEMPLATES) this.templates.set(key, template);
    return template;
  }

  private newTemplate(label: string | null): PredictionTemplate {
    const { config, model, version, epoch } = this.origin;
    const template = predictionTemplate(label, model, config.scores.columns);
    template.bytes.writeInt32BE(version, POSITION.version);
    template.bytes.writeBigInt64BE(BigInt(epoch), POSITION.epoch);
    return template;
  }

  private viewOf(target: Buffer): DataView {
    if (target !== this.viewed) {
      this.viewed = target;
      this.view = new DataView(target.buffer);
    }
    return this.view;
  }
}

function isFiniteFloat(value: number): boolean {
  const float = Math.fround(value);
  return float - float === 0;
}

function highest(scores: ArrayLike<unknown>, row: number, columns: number): number {
  let found = scores[row * columns] as number;
  for (let column = 1; column < columns; column++) found = Math.max(found, scores[row * columns + column] as number);
  return found;
}

/** False when one is not finite as a float32. */
function patchScores(view: DataView, at: number, scores: ArrayLike<unknown>, row: number, columns: number): boolean {
  let zero = 0;
  for (let column = 0; column < columns; column++) {
    const score = Math.fround(scores[row * columns + column] as number);
    view.setFloat32(at + column * 4, score);
    zero += score * 0;
  }
  return zero === 0;
}

/** Of a safe integer. */
function setInt64(view: DataView, at: number, value: number): void {
  view.setInt32(at, Math.floor(value / 2 ** 32));
  view.setInt32(at + 4, value >>> 0);
}
