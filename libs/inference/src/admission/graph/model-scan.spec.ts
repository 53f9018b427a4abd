import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleModel } from '@nearscore/testkit';
import fc from 'fast-check';
import {
  attributes,
  integers,
  message,
  model,
  node,
  scorer,
  tensor,
} from '../../../../../test/fixtures/models/onnx-builder';
import { REFUSED_MODELS } from '../../../../../test/fixtures/models/refused-models';
import { ModelRefusedError } from '../../inference.errors';
import { scanModel } from './model-scan';

const identity = node('Identity', ['features'], ['probabilities']);

function refusalOf(onnx: Uint8Array): ModelRefusedError {
  try {
    scanModel(onnx);
  } catch (error) {
    if (error instanceof ModelRefusedError) return error;
    throw error;
  }
  throw new Error('not refused');
}

describe('scanModel', () => {
  it.each(REFUSED_MODELS)('refuses $what ($reason)', ({ onnx, reason, at }) => {
    const refusal = refusalOf(onnx());
    expect(refusal.details).toEqual({ reason, at });
    expect(refusal.message).toMatch(/^.{10,2000}\.$/);
  });

  it('tells what is in a real export', () => {
    const onnx = exampleModel('breast-cancer').onnx(3);
    const facts = scanModel(onnx);
    expect(facts).toMatchObject({ irVersion: expect.any(Number), opset: { 'ai.onnx': expect.any(Number) } });
    // Three layers of weights and biases: 30 × 64 + 64 × 32 + 32 × 1 and 64 + 32 + 1 of four bytes, and some more.
    expect(facts.initializerBytes).toBeGreaterThan(4 * (30 * 64 + 64 * 32 + 32 + 97));
    expect(facts.initializerBytes).toBeLessThan(onnx.length);
    expect(facts.nodes).toBeGreaterThan(5);
  });

  it.each(['poison.onnx', 'hang.onnx', 'echo.onnx'])('takes %s', (file) => {
    const onnx = readFileSync(join(__dirname, '../../../../../test/fixtures/models', file));
    expect(scanModel(onnx).opset).toEqual({ 'ai.onnx': 15 });
  });

  it('takes what only looks dangerous', () => {
    const harmless = [
      node('ConstantOfShape', ['size'], ['zeros']),
      node('Expand', ['zeros', 'unknown'], ['wide']),
      node('RandomNormal', [], ['noise'], { attributes: [attributes.integers('shape', [2, 3])] }),
      node('Constant', [], ['list'], { attributes: [attributes.integers('value_ints', Array<number>(100).fill(9))] }),
    ];
    const initializers = [integers('size', [1000, 1000]), tensor('empty', 'float32', [0], undefined)];
    const facts = scanModel(model(scorer([identity, ...harmless], { initializers })));
    expect(facts).toEqual({
      irVersion: 8,
      opset: { 'ai.onnx': 15, 'ai.onnx.ml': 3 },
      ...{ nodes: 5, initializers: 2, initializerBytes: 16 },
    });
  });

  it('reads fields that are unknown, packed, or in another order', () => {
    const packed = message([1, Buffer.from([2, 3])], [999, 'later'], [2, 1], [9, Buffer.alloc(24)], [8, 'w']);
    expect(scanModel(model(scorer([identity], { initializers: [packed] }))).initializerBytes).toBe(24);
  });

  it('refuses or takes any bytes, and throws nothing else', () => {
    const real = exampleModel('phishing').onnx(2);
    const cut = fc.nat(real.length).map((length) => real.subarray(0, length));
    const flipped = fc.tuple(fc.nat(real.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, bits]) => {
      const copy = Uint8Array.from(real);
      copy[at]! ^= bits;
      return copy;
    });
    const random = fc.uint8Array({ maxLength: 200 }).map((bytes) => model(bytes));
    fc.assert(
      fc.property(fc.oneof(cut, flipped, random, fc.uint8Array()), (bytes) => {
        try {
          scanModel(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelRefusedError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
