import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InputRows, type RowData, TENSOR_DATATYPES, type TensorDatatype } from '@nearscore/records';
import { createScoringSession, ModelLoadError, ModelRunError, type ScoringSession } from '../index';

const ROOT = join(__dirname, '../../../..');
const readModel = (path: string): Buffer => readFileSync(join(ROOT, path));

function readTable(path: string): { header: string[]; rows: string[][] } {
  const [header = [], ...rows] = readModel(path)
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return { header, rows };
}

function rowsOf(name: string, datatype: TensorDatatype, width: number, data: RowData): InputRows {
  return { name, datatype, width, data };
}

async function withSession<T>(path: string, use: (session: ScoringSession) => Promise<T>): Promise<T> {
  const session = await createScoringSession(readModel(path));
  try {
    return await use(session);
  } finally {
    await session.release();
  }
}

describe.each(['phishing', 'breast-cancer'])('%s', (model) => {
  const folder = `deploy/example-models/${model}`;
  const { features } = JSON.parse(readModel(`${folder}/model.json`).toString()) as { features: string[] };
  const records = readTable(`${folder}/records.csv`);
  const expected = readTable(`${folder}/expected.csv`);
  const columns = features.map((feature) => records.header.indexOf(feature));
  const values = Float32Array.from(records.rows.flatMap((row) => columns.map((column) => Number(row[column]))));
  const inputs = [rowsOf('features', 'float32', features.length, values)];

  it.each([1, 2, 3])('version %i gives what scikit-learn gave, whatever the batch', async (version) => {
    await withSession(`${folder}/${version}/model.onnx`, async (session) => {
      for (let start = 0, size = 1; start < records.rows.length; start += size, size = Math.min(512, size * 3)) {
        const count = Math.min(size, records.rows.length - start);
        const { probabilities } = await session.run(inputs, count, start);
        expect(probabilities?.dims).toEqual([count, 2]);
        for (let row = 0; row < count; row++) {
          const wanted = Number(expected.rows[start + row]?.[version]);
          expect(Math.abs(Number(probabilities?.data[2 * row + 1]) - wanted)).toBeLessThanOrEqual(1e-5);
        }
      }
    });
  });

  it('tells the signature of the graph, open dimensions as null', async () => {
    await withSession(`${folder}/1/model.onnx`, async ({ signature }) => {
      expect(signature.inputs).toEqual([{ name: 'features', datatype: 'float32', shape: [null, features.length] }]);
      expect(signature.outputs).toEqual([
        { name: 'label', datatype: 'int64', shape: [null] },
        { name: 'probabilities', datatype: 'float32', shape: [null, 2] },
      ]);
    });
  });
});

const SAMPLES: Readonly<Record<TensorDatatype, RowData>> = {
  float32: Float32Array.of(1, 2, 0.5, -1, 9, 9),
  float64: Float64Array.of(1, 2, 0.1, -1, 9, 9),
  int8: Int8Array.of(1, 2, -128, 127, 9, 9),
  int16: Int16Array.of(1, 2, -32768, 3, 9, 9),
  int32: Int32Array.of(1, 2, -3, 4, 9, 9),
  int64: BigInt64Array.of(1n, 2n, -(2n ** 63n), 3n, 9n, 9n),
  uint8: Uint8Array.of(1, 2, 255, 4, 9, 9),
  uint16: Uint16Array.of(1, 2, 65535, 4, 9, 9),
  uint32: Uint32Array.of(1, 2, 2 ** 32 - 1, 4, 9, 9),
  uint64: BigUint64Array.of(1n, 2n, 2n ** 64n - 1n, 4n, 9n, 9n),
  bool: Uint8Array.of(1, 0, 0, 1, 1, 1),
  string: ['a', '', 'ü', '\u{1f600}', 'x', 'x'],
};

describe('echo.onnx', () => {
  const inputs = [
    ...TENSOR_DATATYPES.map((datatype) => rowsOf(datatype, datatype, 2, SAMPLES[datatype])),
    rowsOf('vector', 'float32', 1, Float32Array.of(1, 2, 3)),
    rowsOf(
      'cube',
      'float32',
      6,
      Float32Array.from({ length: 18 }, (_, index) => index),
    ),
  ];

  it('reads rows in place, of every datatype, from any row on', async () => {
    const outputs = await withSession('test/fixtures/models/echo.onnx', (session) => session.run(inputs, 1, 1));
    for (const datatype of TENSOR_DATATYPES) {
      const { datatype: given, data, dims } = outputs[`${datatype}_out`] ?? {};
      expect({ given, dims }).toEqual({ given: datatype, dims: [1, 2] });
      expect(Array.from(data ?? [])).toEqual(Array.from<unknown>(SAMPLES[datatype]).slice(2, 4));
    }
  });

  it('shapes rows as the graph wants them', async () => {
    const outputs = await withSession('test/fixtures/models/echo.onnx', (session) => session.run(inputs, 2));
    expect(outputs.vector_out).toMatchObject({ dims: [2], data: Float32Array.of(1, 2) });
    expect(outputs.cube_out?.dims).toEqual([2, 2, 3]);
  });

  it('loads from shared memory', async () => {
    const bytes = readModel('test/fixtures/models/echo.onnx');
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    const session = await createScoringSession(shared);
    expect(session.signature.inputs).toHaveLength(TENSOR_DATATYPES.length + 2);
    await session.release();
  });
});

describe('poison.onnx', () => {
  const inputs = [rowsOf('features', 'float32', 2, Float32Array.of(1, 0, 77, 0))];

  it('names the operator that failed, and no value', async () => {
    await withSession('test/fixtures/models/poison.onnx', async (session) => {
      const error: unknown = await session.run(inputs, 2).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ModelRunError);
      expect((error as ModelRunError).message).toBe("The model failed in its Gather node 'lookup'.");
      expect((error as ModelRunError).cause).toBeUndefined();
      await expect(session.run(inputs, 1)).resolves.toMatchObject({ probabilities: { dims: [1, 2] } });
    });
  });
});

describe('createScoringSession', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no model', Buffer.from('<html>')],
    ['half a model', readModel('test/fixtures/models/echo.onnx').subarray(0, 700)],
  ])('refuses %s', async (_what, bytes) => {
    await expect(createScoringSession(bytes)).rejects.toBeInstanceOf(ModelLoadError);
  });
});

describe('warmUp', () => {
  const config = (name: string, width: number): Parameters<ScoringSession['warmUp']>[0] => ({
    inputs: [{ name, datatype: 'float32', width, features: [] }],
    score: { output: 'probabilities', columns: 2, column: 1 },
    scores: { output: 'probabilities', columns: 2 },
    label: { from: 'nowhere' },
  });

  it('runs every batch size', async () => {
    await withSession('test/fixtures/models/poison.onnx', async (session) => {
      const sizes = jest.spyOn(session, 'run');
      await session.warmUp(config('features', 2), [1, 64, 512]);
      expect(sizes.mock.calls.map(([, count]) => count)).toEqual([1, 64, 512]);
    });
  });

  it('does not mind a model that fails', async () => {
    await withSession('test/fixtures/models/poison.onnx', async (session) => {
      await expect(session.warmUp(config('features', 3), [1])).resolves.toBeUndefined();
    });
  });
});

it('leaves the native library out of a process that loads no model', async () => {
  const loaded = jest.fn();
  await jest.isolateModulesAsync(async () => {
    jest.doMock('onnxruntime-node', () => (loaded(), {}));
    await import('../index');
    expect(loaded).not.toHaveBeenCalled();
    await import('./onnx-session');
    expect(loaded).toHaveBeenCalledTimes(1);
  });
  jest.dontMock('onnxruntime-node');
});
