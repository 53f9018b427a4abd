import {
  attributes,
  floats,
  mapsValue,
  type Message,
  model,
  node,
  value,
} from '../../../../test/fixtures/models/onnx-builder';
import { createScoringSession } from '../session/scoring-session';
import { scanModel } from './graph/model-scan';
import { applySplices } from './splices';
import { lowerZipMaps } from './zip-map';

const CLASSES = attributes.integers('classlabels_int64s', [10, -20]);
const NAMES = attributes.texts('classlabels_strings', ['no', 'yes', 'perhaps']);

const zipMap = (input: string, output: string, classes: Message) =>
  node('ZipMap', [input], [output], { domain: 'ai.onnx.ml', attributes: [classes] });

const scaler = (output: string, width: number) =>
  node('Scaler', ['features'], [output], {
    domain: 'ai.onnx.ml',
    attributes: ['offset', 'scale'].map((name) => floatsAttribute(name, width)),
  });

/** AttributeProto { name, floats = [1, …] (packed), type = FLOATS } */
function floatsAttribute(name: string, width: number): Message {
  const ones = Buffer.from(new Float32Array(width).fill(1).buffer);
  return Buffer.concat([
    Buffer.from([10, name.length]),
    Buffer.from(name),
    Buffer.from([58, ones.length]),
    ones,
    Buffer.from([160, 1, 6]),
  ]);
}

const features = (width: number) => value('features', 'float32', [null, width]);

function lowered(onnx: Message): Uint8Array {
  return applySplices(onnx, lowerZipMaps(onnx)?.splices ?? []);
}

async function outputsOf(onnx: Uint8Array): Promise<unknown> {
  const session = await createScoringSession(onnx);
  await session.release();
  return session.signature.outputs;
}

describe('lowerZipMaps', () => {
  it('makes a tensor of the maps, also where the file imports nothing but ai.onnx.ml', async () => {
    const parts = { inputs: [features(2)], outputs: [mapsValue('zipped', 'int64')] };
    const onnx = model(
      { ...parts, nodes: [scaler('scaled', 2), zipMap('scaled', 'zipped', CLASSES)] },
      { opset: [['ai.onnx.ml', 1]] },
    );
    expect(lowerZipMaps(onnx)?.outputs).toEqual([{ name: 'zipped', classes: [10n, -20n] }]);
    expect(scanModel(lowered(onnx)).opset).toEqual({ 'ai.onnx.ml': 1, 'ai.onnx': 13 });
    expect(await outputsOf(lowered(onnx))).toEqual([{ name: 'zipped', datatype: 'float32', shape: [null, 2] }]);
  });

  it('lowers each of several, and leaves other outputs and weights as they are', async () => {
    const onnx = model({
      nodes: [
        scaler('scaled', 3),
        zipMap('scaled', 'first', NAMES),
        node('Add', ['scaled', 'one'], ['sum']),
        zipMap('sum', 'second', NAMES),
      ],
      initializers: [floats('one', [1], [1])],
      inputs: [features(3)],
      outputs: [mapsValue('second', 'string'), value('sum', 'float32', [null, 3]), mapsValue('first', 'string')],
    });
    expect(lowerZipMaps(onnx)?.outputs.map(({ name }) => name)).toEqual(['first', 'second']);
    expect(await outputsOf(lowered(onnx))).toEqual(
      ['second', 'sum', 'first'].map((name) => ({ name, datatype: 'float32', shape: [null, 3] })),
    );
  });

  it.each([
    ['without a ZipMap', [node('Identity', ['features'], ['out'])]],
    ['whose ZipMap gives no output of the graph', [zipMap('features', 'inner', CLASSES)]],
    ['whose ZipMap names no classes', [node('ZipMap', ['features'], ['out'], { domain: 'ai.onnx.ml' })]],
  ])('leaves a graph alone %s', (_what, nodes) => {
    const onnx = model({ nodes, inputs: [features(2)], outputs: [value('out', 'float32', [null, 2])] });
    expect(lowerZipMaps(onnx)).toBeUndefined();
    expect(lowered(onnx)).toBe(onnx);
  });
});

describe('applySplices', () => {
  const bytes = Buffer.from('0123456789');
  const splice = (start: number, end: number, text: string) => ({ start, end, bytes: Buffer.from(text) });

  it('replaces, removes and adds', () => {
    const spliced = applySplices(bytes, [splice(0, 1, 'ab'), splice(3, 5, ''), splice(10, 10, 'z')]);
    expect(Buffer.from(spliced).toString()).toBe('ab1256789z');
  });

  it.each([[[splice(2, 4, ''), splice(3, 5, '')]], [[splice(4, 2, '')]], [[splice(9, 11, '')]]])(
    'refuses what is not within the file and in order',
    (splices) => expect(() => applySplices(bytes, splices)).toThrow(RangeError),
  );
});
