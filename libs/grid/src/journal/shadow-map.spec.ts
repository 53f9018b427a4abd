import { BROKEN, JournalGrid } from '../../../../test/fixtures/journal/journal-grid';
import { turn } from '../../../../test/fixtures/journal/follower-rig';
import { RecordBatch, ROW } from './record-batch';
import { ShadowMap } from './shadow-map';

/** A row with a prediction in each of these partitions. */
function batchOf(...partitions: number[]): RecordBatch {
  const batch = new RecordBatch('fraud', partitions.length);
  for (const partition of partitions) {
    const segment = batch.openSegment(partition, Buffer.from('key value'), 1);
    batch.addRow(ROW.score, 7, 0, 3, 4, 9);
    segment.rowCount = 1;
  }
  batch.reservePredictions(64);
  const end = batch.predictions.write('1|value');
  partitions.forEach((_, row) => batch.setPrediction(row, 0, end));
  return batch;
}

function watch(stored: Promise<void>): { outcome: string } {
  const watched = { outcome: 'open' };
  stored.then(
    () => (watched.outcome = 'stored'),
    (error: Error) => (watched.outcome = error.message),
  );
  return watched;
}

describe('a shadow map', () => {
  let grid: JournalGrid;
  let shadow: ShadowMap;

  beforeEach(() => {
    grid = new JournalGrid();
    shadow = new ShadowMap(grid, 'predictions.fraud.shadow');
  });

  it('has stored a batch when all its partitions have acknowledged it', async () => {
    const watched = watch(shadow.store(batchOf(0, 2)));
    const [first, second] = grid.sent;
    expect(grid.sent.map(({ name, partition }) => [name, partition])).toEqual([
      ['store', 0],
      ['store', 2],
    ]);
    grid.answer(first as NonNullable<typeof first>);
    await turn();
    expect(watched.outcome).toBe('open');
    grid.answer(second as NonNullable<typeof second>);
    await turn();
    expect(watched.outcome).toBe('stored');
    expect([0, 1, 2].map((partition) => grid.predictionsOf(partition).size)).toEqual([1, 0, 1]);
  });

  it('says what could not be written when the last is answered, and takes the next batch', async () => {
    const watched = watch(shadow.store(batchOf(0, 2)));
    grid.fail(grid.sent[0] as NonNullable<(typeof grid.sent)[0]>);
    await turn();
    expect(watched.outcome).toBe('open');
    grid.answer(grid.sent[0] as NonNullable<(typeof grid.sent)[0]>);
    await turn();
    expect(watched.outcome).toBe(BROKEN.message);
    const again = watch(shadow.store(batchOf(0)));
    grid.answer(grid.sent[0] as NonNullable<(typeof grid.sent)[0]>);
    await turn();
    expect(again.outcome).toBe('stored');
  });

  it('has nothing to store of rows without a prediction', async () => {
    const batch = batchOf(0);
    batch.kind[0] = ROW.superseded;
    await shadow.store(batch);
    expect(grid.sent).toEqual([]);
  });

  it('waits for nothing once it is closed', async () => {
    const watched = watch(shadow.store(batchOf(0)));
    shadow.close();
    await turn();
    expect(watched.outcome).toBe('stored');
  });
});
