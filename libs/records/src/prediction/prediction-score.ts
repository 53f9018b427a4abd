import { fixedPosition } from './prediction-frame';

const POSITION = fixedPosition('score');

/** The score of a prediction whose Data, as PredictionEncoder writes it, begins at `start`. */
export function predictionScoreOf(bytes: Buffer, start: number): number {
  return bytes.readFloatBE(start + POSITION);
}
