import { BatchScorer } from '../peers/batch-scorer';
import { type PeerModel } from '../peers/peer-model';
import { KEYS, littleEndianFloats, RECORDS_PER_CALL } from './record-pool';

/** What a model gives for the first `keys` records (whole thousands), run here. */
export async function expectedScores(model: PeerModel, keys = KEYS): Promise<Float32Array> {
  const scorer = await BatchScorer.load(model, RECORDS_PER_CALL);
  const scores = new Float32Array(keys);
  for (let first = 0; first < keys; first += RECORDS_PER_CALL) {
    for (let row = 0; row < RECORDS_PER_CALL; row++)
      scorer.setBytes(row, littleEndianFloats(first + row, model.features));
    const scoreOf = await scorer.run(RECORDS_PER_CALL);
    for (let row = 0; row < RECORDS_PER_CALL; row++) scores[first + row] = scoreOf(row);
  }
  return scores;
}
