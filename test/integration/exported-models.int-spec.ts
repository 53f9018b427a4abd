import { join } from 'node:path';
import {
  type Admission,
  admitModel,
  createScoringSession,
  type GoldenRows,
  parseGoldenRows,
} from '@nearscore/inference';
import { parseModelConfig } from '@nearscore/records';
import { exportedModel, EXPORTED_MODELS } from '../fixtures/models/exported-model';

const entry = join(__dirname, '../fixtures/inspection/inspect.cjs');
const options = { entry, timeoutMs: 30_000, runTimeoutMs: 5_000 };

function admit(onnx: Uint8Array, config: unknown, golden?: GoldenRows): Promise<Admission> {
  return admitModel({ onnx, config: parseModelConfig(config), golden }, options);
}

const LOWERED = {
  iris: { lowered: ['output_probability'], score: 'highest', label: { from: 'output', output: 'output_label' } },
  lightgbm: { lowered: ['probabilities'], score: 'highest', label: { from: 'output', output: 'label' } },
  columns: { lowered: ['output_probability'], score: 1, label: { from: 'output', output: 'output_label' } },
  diabetes: { lowered: [], score: 0, label: { from: 'nowhere' } },
} as const;

describe('what trainers export when nothing is said', () => {
  it.each(EXPORTED_MODELS)('%s answers as the library that trained it', async (name) => {
    const { onnx, config, golden } = exportedModel(name);
    const { lowered, score, label } = LOWERED[name];
    const admission = await admit(onnx, config, parseGoldenRows(golden));
    expect(admission).toMatchObject({
      ...{ lowered, goldenRows: 20, probe: { rows: 512, failed: 0 } },
      config: { score: { column: score }, label },
    });
    if (lowered.length === 0) expect(admission.onnx).toBe(onnx);
  });

  it('a lowered file keeps the names of its outputs, is lowered no more, and stays the same each time', async () => {
    const { onnx, config } = exportedModel('iris');
    const lowered = (await admit(onnx, config)).onnx;
    await expect(createScoringSession(onnx)).rejects.toThrow(/not a tensor/);
    const session = await createScoringSession(lowered);
    expect(session.signature.outputs).toEqual([
      { name: 'output_label', datatype: 'string', shape: [null] },
      { name: 'output_probability', datatype: 'float32', shape: [null, 3] },
    ]);
    await session.release();
    const again = await admit(lowered, config);
    expect(again).toMatchObject({ lowered: [], onnx: lowered });
    expect(Buffer.compare((await admit(onnx, config)).onnx, lowered)).toBe(0);
  });

  it('the classes of a ZipMap are labels where a threshold chooses', async () => {
    const { onnx, config } = exportedModel('columns');
    const admission = await admit(onnx, { ...(config as object), threshold: 0.7 });
    expect(admission.config.label).toEqual({ from: 'threshold', threshold: 0.7, names: ['fraud', 'genuine'] });
  });
});

describe('golden rows', () => {
  const { onnx, config, golden } = exportedModel('iris');
  const [first, second] = golden.rows;
  const withRows = (...rows: readonly unknown[]) => admit(onnx, config, parseGoldenRows({ rows }));

  it.each([
    ['score', { ...second, score: 0.5 }, /^Golden row 1: score is 0\.9\d+, expected 0\.5, a difference of 0\.4\d+/],
    ['scores', { ...second, scores: [0, 0.5, 0.5] }, /^Golden row 1: scores\[0\] is/],
    ['number of scores', { ...second, scores: [1] }, /^Golden row 1 has 3 scores, expected 1/],
    ['label', { ...second, label: 'rose' }, /^Golden row 1: label is "setosa", expected "rose"/],
    [
      'record',
      { ...second, record: { sepal_length: 'long' } },
      /^Golden row 1 is no record of this model: sepal_length/,
    ],
    ['record', { ...second, record: [1, 2] }, /^Golden row 1 is no record of this model: expected an array of 4/],
  ])('name the row whose %s differs', async (_what, row, message) => {
    await expect(withRows(first, row)).rejects.toMatchObject({
      code: 'MODEL_REFUSED',
      message: expect.stringMatching(message),
      details: { reason: 'golden', row: 1 },
    });
  });

  it('may be arrays in the order of the features, and say only a part', async () => {
    const record = Object.values(second!.record);
    expect(await withRows({ record, label: 'setosa' })).toMatchObject({ goldenRows: 1 });
  });
});
