import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InputRows, type OutputColumns } from '@nearscore/records';
import * as fc from 'fast-check';
import { createScoringSession, ModelRunError, runIsolated } from '../index';

/** A model that echoes its input, and fails on a whole batch that holds a negative value. */
class EchoModel {
  runs = 0;

  run([rows]: readonly InputRows[], count: number, start = 0): Promise<OutputColumns> {
    this.runs += 1;
    const data = (rows?.data as Float32Array).slice(start, start + count);
    if (data.some((value) => value < 0)) return Promise.reject(new ModelRunError('Echo node'));
    return Promise.resolve({ echo: { datatype: 'float32', data, dims: [count] } });
  }
}

const inputOf = (values: readonly number[]): InputRows[] => [
  { name: 'value', datatype: 'float32', width: 1, data: Float32Array.from(values) },
];

describe('runIsolated', () => {
  it('scores every row but the failing ones, in order, each with its own answer', async () => {
    const value = fc.oneof({ weight: 5, arbitrary: fc.nat(1000) }, { weight: 1, arbitrary: fc.constant(-1) });
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 200 }), async (values) => {
        const model = new EchoModel();
        const { segments, failures } = await runIsolated(model, inputOf(values), values.length);
        const answers = new Map<number, number | 'failed'>();
        for (const { row } of failures) answers.set(row, 'failed');
        for (const { start, count, outputs } of segments) {
          for (let row = 0; row < count; row++) answers.set(start + row, Number(outputs.echo?.data[row]));
        }
        expect(answers.size).toBe(failures.length + segments.reduce((sum, { count }) => sum + count, 0));
        expect(values.map((_, row) => answers.get(row))).toEqual(values.map((it) => (it < 0 ? 'failed' : it)));
        expect(segments.map(({ start }) => start)).toEqual(segments.map(({ start }) => start).sort((a, b) => a - b));
        expect(failures.map(({ row }) => row)).toEqual(failures.map(({ row }) => row).sort((a, b) => a - b));
        expect(model.runs).toBeLessThanOrEqual(1 + failures.length * 2 * Math.ceil(Math.log2(values.length + 1)));
      }),
    );
  });

  it('rejects with what is not about the records', async () => {
    const gone = { run: () => Promise.reject(new Error('released')) };
    await expect(runIsolated(gone, inputOf([1]), 1)).rejects.toThrow('released');
  });

  it('isolates a row on which a real model throws', async () => {
    const session = await createScoringSession(
      readFileSync(join(__dirname, '../../../../test/fixtures/models/poison.onnx')),
    );
    const codes = [0, 1, 99, 3, 2];
    const data = Float32Array.from(codes.flatMap((code) => [code, 0]));
    const input: InputRows = { name: 'features', datatype: 'float32', width: 2, data };
    const { segments, failures } = await runIsolated(session, [input], codes.length);
    await session.release();
    expect(failures).toMatchObject([{ row: 2, error: { code: 'MODEL_RUN_FAILED' } }]);
    const scores = segments.flatMap(({ outputs }) => Array.from(outputs.probabilities?.data ?? []).map(Number));
    expect(scores.map((score) => Number(score.toFixed(3)))).toEqual([0.9, 0.1, 0.7, 0.3, 0.2, 0.8, 0.4, 0.6]);
  });
});
