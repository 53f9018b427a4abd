import { createHash } from 'node:crypto';
import { eventually } from '@nearscore/testkit';
import { type Answer, callsTo, modelUpload, refused } from '../fixtures/http/gateway-calls';
import { inspectionLeftovers } from '../fixtures/inspection/inspection-leftovers';
import {
  type ExportedModel,
  exportedModel,
  EXPORTED_MODELS,
  type ExportedModelName,
} from '../fixtures/models/exported-model';
import { ODD_MODELS } from '../fixtures/models/odd-models';
import { REFUSED_MODELS } from '../fixtures/models/refused-models';
import { type Stack, startStack } from './stack';

let stack: Stack;
const call = callsTo(() => stack.gateway.url);

beforeAll(async () => {
  stack = await startStack();
}, 60_000);

afterAll(() => stack?.stop());

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

type GoldenRow = ExportedModel['golden']['rows'][number];

async function expectPrediction(stream: string, key: string, { score, scores, label }: GoldenRow): Promise<void> {
  await eventually(async () => {
    const { status, json } = await call('GET', `/v1/streams/${stream}/predictions/${key}`);
    expect({ status, json }).toMatchObject({ status: 200, json: { label } });
    const prediction = json as GoldenRow;
    expect(prediction.score).toBeCloseTo(score, score > 1 ? 2 : 4);
    prediction.scores.forEach((value, column) => expect(value).toBeCloseTo(scores[column]!, score > 1 ? 2 : 4));
    expect(prediction.scores).toHaveLength(scores.length);
  });
}

const LOWERED: Readonly<Record<ExportedModelName, readonly string[]>> = {
  iris: ['output_probability'],
  lightgbm: ['probabilities'],
  columns: ['output_probability'],
  diabetes: [],
};

describe('models as trainers export them', () => {
  test.each(EXPORTED_MODELS)('%s is admitted, deployed, and scores records as its trainer does', async (name) => {
    const { onnx, config, golden } = exportedModel(name);
    const more = { golden: JSON.stringify(golden), sha256: sha256Of(onnx) };
    const admitted = await call('PUT', `/v1/models/${name}/versions/1`, modelUpload(onnx, config, more));
    expect(admitted).toMatchObject({
      status: 200,
      json: { uploadedSha256: sha256Of(onnx), admission: { lowered: LOWERED[name], goldenRows: 20 } },
    });
    expect((admitted.json as { sha256: string }).sha256 === sha256Of(onnx)).toBe(LOWERED[name].length === 0);
    expect(await call('PUT', `/v1/streams/${name}`, { model: name, version: 1 })).toMatchObject({ status: 200 });
    const records = golden.rows.map(({ record }, index) => ({ key: `k${index}`, value: record }));
    expect(await call('POST', `/v1/streams/${name}/records`, records)).toMatchObject({ status: 200 });
    for (const [index, row] of golden.rows.entries()) await expectPrediction(name, `k${index}`, row);
    expect(await call('GET', `/v1/models/${name}/versions/1`)).toMatchObject({ json: { aliases: { live: [name] } } });
  });
});

describe('files that are refused', () => {
  const { golden } = exportedModel('iris');
  let written = 0;

  /** A record that is written while the gateway has a hostile file in hand gets its answer. */
  async function scoreOne(): Promise<void> {
    const index = written++;
    const row = golden.rows[index % golden.rows.length]!;
    const path = `/v1/streams/iris/records/live-${index}`;
    expect(await call('PUT', path, row.record)).toMatchObject({ status: 200 });
    await expectPrediction('iris', `live-${index}`, row);
  }

  async function attack(onnx: Uint8Array, config: unknown = {}): Promise<Answer> {
    const [answer] = await Promise.all([
      call('PUT', '/v1/models/hostile/versions/1', modelUpload(onnx, config)),
      scoreOne(),
    ]);
    return answer;
  }

  test('by looking at them, each with its reason and place; records are scored meanwhile', async () => {
    for (const { what, onnx, reason, at } of REFUSED_MODELS) {
      expect({ what, ...(await attack(onnx())) }).toMatchObject({
        what,
        ...refused(422, 'MODEL_REFUSED', { reason, at }),
      });
    }
  }, 180_000);

  test('by running them; records are scored meanwhile', async () => {
    for (const { what, onnx, config, reason } of ODD_MODELS) {
      expect({ what, ...(await attack(onnx(), config)) }).toMatchObject({
        what,
        ...refused(422, 'MODEL_REFUSED', { reason }),
      });
    }
  }, 180_000);

  test('leave no version, process or file', async () => {
    expect(written).toBe(REFUSED_MODELS.length + ODD_MODELS.length);
    expect(await call('GET', '/v1/models/hostile')).toMatchObject(refused(404, 'MODEL_NOT_FOUND'));
    await eventually(async () => expect(inspectionLeftovers(stack.gateway.pid)).toEqual([]));
    expect(await call('GET', '/health/ready')).toMatchObject({ status: 200 });
  });
});
