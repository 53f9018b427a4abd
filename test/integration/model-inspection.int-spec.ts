import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type Admission, admitModel, type Candidate, ModelRefusedError } from '@nearscore/inference';
import { parseModelConfig } from '@nearscore/records';
import { eventually } from '@nearscore/testkit';
import { inspectionLeftovers } from '../fixtures/inspection/inspection-leftovers';
import { ODD_MODELS } from '../fixtures/models/odd-models';

const FIXTURES = join(__dirname, '../fixtures');
const entry = join(FIXTURES, 'inspection/inspect.cjs');
const misbehaving = join(FIXTURES, 'inspection/misbehave.cjs');
const MIB = 1024 * 1024;
const LIMITS = { timeoutMs: 30_000, runTimeoutMs: 5_000 };

const candidateOf = (onnx: Uint8Array, config: unknown = {}): Candidate => ({ onnx, config: parseModelConfig(config) });

function admit(onnx: Uint8Array, config: unknown = {}): Promise<Admission> {
  return admitModel(candidateOf(onnx, config), { ...LIMITS, entry });
}

async function refusalOf(admission: Promise<unknown>): Promise<ModelRefusedError> {
  const outcome: unknown = await admission.catch((error: unknown) => error);
  if (outcome instanceof ModelRefusedError) return outcome;
  throw new Error(`not refused: ${outcome instanceof Error ? outcome.stack : JSON.stringify(outcome)}`);
}

describe('admitModel', () => {
  it('tells what is in a model, and hands back its very bytes', async () => {
    const onnx = readFileSync(join(FIXTURES, 'models/poison.onnx'));
    const admission = await admit(onnx, { features: ['code', 'other'] });
    expect(admission).toMatchObject({
      signature: {
        inputs: [{ name: 'features', datatype: 'float32', shape: [null, 2] }],
        outputs: [{ name: 'probabilities', datatype: 'float32', shape: [null, 2] }],
      },
      config: { score: { output: 'probabilities', column: 1 } },
      facts: { opset: { 'ai.onnx': 15 }, nodes: 3, initializers: 2, initializerBytes: 40 },
      ...{ lowered: [], probe: { rows: 512, failed: 0 }, goldenRows: 0 },
    });
    expect(admission.onnx).toBe(onnx);
    expect(admission.totalMs).toBeGreaterThanOrEqual(admission.stepsMs.load);
  });

  it.each(ODD_MODELS)('refuses $what ($reason)', async ({ onnx, reason, message, config, details = {} }) => {
    const refusal = await refusalOf(admit(onnx(), config));
    expect({ ...refusal.details, message: refusal.message }).toMatchObject({ reason, ...details });
    expect(refusal.message).toMatch(message);
  });

  it('refuses what is no model before it is loaded, and says why', async () => {
    const refusal = await refusalOf(admit(Buffer.from('<html>')));
    expect(refusal).toMatchObject({ code: 'MODEL_REFUSED', reason: 'malformed' });
    expect(refusal.message).toMatch(/not ONNX/);
  });

  it('tells every fault of a model.json that does not agree with its graph', async () => {
    const onnx = readFileSync(join(FIXTURES, 'models/poison.onnx'));
    await expect(admit(onnx, { features: ['a'], score: 'nothing' })).rejects.toMatchObject({
      code: 'MODEL_CONFIG_INVALID',
      details: { issues: [{ path: 'features' }, { path: 'score.output' }] },
    });
  });

  it.each([
    ['loop', 'timeout', 1500, 1024 * MIB],
    ['abort', 'crash', 30_000, 1024 * MIB],
    ['grow', 'memory', 30_000, 300 * MIB],
  ])('ends a model that would %s (%s)', async (behaviour, reason, timeoutMs, maxRssBytes) => {
    const options = { ...LIMITS, entry: misbehaving, timeoutMs, maxRssBytes };
    expect((await refusalOf(admitModel(candidateOf(Buffer.from(behaviour)), options))).reason).toBe(reason);
  });

  async function lookAround(): Promise<{ files: string[]; env: Record<string, string>; priority: number }> {
    const options = { ...LIMITS, entry: misbehaving };
    const { message } = await refusalOf(admitModel(candidateOf(Buffer.from('look-around')), options));
    return JSON.parse(message) as Awaited<ReturnType<typeof lookAround>>;
  }

  it('shows a model neither files nor environment', async () => {
    const { files, env } = await lookAround();
    expect(files).toEqual([]);
    expect(Object.keys(env).filter((name) => !name.startsWith('NODE_CHANNEL_'))).toEqual([]);
  });

  it('gives a model only the time that others leave', async () => {
    expect((await lookAround()).priority).toBeGreaterThanOrEqual(constants.priority.PRIORITY_BELOW_NORMAL);
  });

  it('refuses when the entry cannot be started', async () => {
    const options = { ...LIMITS, entry: '/nowhere/entry.js' };
    expect((await refusalOf(admitModel(candidateOf(Buffer.alloc(1)), options))).reason).toBe('crash');
  });

  it('leaves neither a process nor a folder', async () => {
    const running = refusalOf(
      admitModel(candidateOf(Buffer.from('loop')), { ...LIMITS, entry: misbehaving, timeoutMs: 1500 }),
    );
    await eventually(async () => expect(inspectionLeftovers()).toHaveLength(2));
    await running;
    await eventually(async () => expect(inspectionLeftovers()).toEqual([]));
  });
});
