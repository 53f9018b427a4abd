import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectModel, ModelRefusedError } from '@nearscore/inference';

const FIXTURES = join(__dirname, '../fixtures');
const entry = join(FIXTURES, 'inspection/inspect.cjs');
const misbehaving = join(FIXTURES, 'inspection/misbehave.cjs');
const MIB = 1024 * 1024;

async function refusalOf(inspection: Promise<unknown>): Promise<ModelRefusedError> {
  const outcome: unknown = await inspection.catch((error: unknown) => error);
  if (outcome instanceof ModelRefusedError) return outcome;
  throw new Error(`not refused: ${JSON.stringify(outcome)}`);
}

describe('inspectModel', () => {
  it('tells the signature of a model', async () => {
    const onnx = readFileSync(join(FIXTURES, 'models/poison.onnx'));
    const signature = await inspectModel(onnx, { entry, timeoutMs: 30_000 });
    expect(signature).toEqual({
      inputs: [{ name: 'features', datatype: 'float32', shape: [null, 2] }],
      outputs: [{ name: 'probabilities', datatype: 'float32', shape: [null, 2] }],
    });
  });

  it('refuses what is no model, and says why', async () => {
    const refusal = await refusalOf(inspectModel(Buffer.from('<html>'), { entry, timeoutMs: 30_000 }));
    expect(refusal).toMatchObject({ code: 'MODEL_REFUSED', reason: 'load' });
    expect(refusal.message).toMatch(/cannot be loaded: .+/);
  });

  it.each([
    ['loop', 'timeout', 1500, 1024 * MIB],
    ['abort', 'crash', 30_000, 1024 * MIB],
    ['grow', 'memory', 30_000, 300 * MIB],
  ])('ends a model that would %s (%s)', async (behaviour, reason, timeoutMs, maxRssBytes) => {
    const inspection = inspectModel(Buffer.from(behaviour), { entry: misbehaving, timeoutMs, maxRssBytes });
    expect((await refusalOf(inspection)).reason).toBe(reason);
  });

  it('shows a model neither files nor environment', async () => {
    const refusal = await refusalOf(
      inspectModel(Buffer.from('look-around'), { entry: misbehaving, timeoutMs: 30_000 }),
    );
    expect(JSON.parse(refusal.message)).toMatchObject({ files: [] });
    const { env } = JSON.parse(refusal.message) as { env: Record<string, string> };
    expect(Object.keys(env).filter((name) => !name.startsWith('NODE_CHANNEL_'))).toEqual([]);
  });

  it('refuses when the entry cannot be started', async () => {
    const refusal = await refusalOf(inspectModel(Buffer.alloc(1), { entry: '/nowhere/entry.js', timeoutMs: 30_000 }));
    expect(refusal.reason).toBe('crash');
  });
});
