import { BatchScorer } from '../peers/batch-scorer';
import { type PeerModel } from '../peers/peer-model';
import { KEYS, littleEndianFloats, RECORDS_PER_CALL } from './record-pool';

/** What a model gives for every record of the pool, run here. */
export async function expectedScores(model: PeerModel): Promise<Float32Array> {
  const scorer = await BatchScorer.load(model, RECORDS_PER_CALL);
  const scores = new Float32Array(KEYS);
  for (let first = 0; first < KEYS; first += RECORDS_PER_CALL) {
    for (let row = 0; row < RECORDS_PER_CALL; row++) scorer.setBytes(row, littleEndianFloats(first + row));
    const scoreOf = await scorer.run(RECORDS_PER_CALL);
    for (let row = 0; row < RECORDS_PER_CALL; row++) scores[first + row] = scoreOf(row);
  }
  return scores;
}
