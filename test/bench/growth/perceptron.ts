import { floats, model, node, value } from '../../fixtures/models/onnx-builder';

const OPSET = 17;
const HIDDEN = [64, 32];

/** An ONNX file with the graph of test/bench/models/mlp for records of another width: width-64-32-1. */
export function perceptronOnnx(width: number): Uint8Array {
  const widths = [width, ...HIDDEN, 1];
  const layers = widths
    .slice(1)
    .map((outputs, layer) => layerOf(layer, widths[layer] ?? 0, outputs, layer === HIDDEN.length));
  const parts = {
    nodes: layers.flatMap(({ nodes }) => nodes),
    initializers: layers.flatMap(({ initializers }) => initializers),
    inputs: [value('features', 'float32', [null, width])],
    outputs: [value('probability', 'float32', [null, 1])],
  };
  return model(parts, { opset: [['', OPSET]] });
}

/** Its model.json. */
export function perceptronConfig(name: string, width: number): object {
  const features = Array.from({ length: width }, (_, index) => `f${String(index).padStart(4, '0')}`);
  return { name, input: 'features', features, score: { output: 'probability', column: 0 } };
}

function layerOf(layer: number, inputs: number, outputs: number, isLast: boolean) {
  const [input, output] = [layer === 0 ? 'features' : `a${layer - 1}`, isLast ? 'probability' : `a${layer}`];
  return {
    nodes: [
      node('Gemm', [input, `w${layer}`, `b${layer}`], [`z${layer}`]),
      node(isLast ? 'Sigmoid' : 'Relu', [`z${layer}`], [output]),
    ],
    initializers: [
      floats(`w${layer}`, [inputs, outputs], weights(inputs, outputs)),
      floats(`b${layer}`, [outputs], new Array<number>(outputs).fill(0)),
    ],
  };
}

/** As good as random, and always the same. Their variance keeps what comes out as large as what goes in. */
function weights(inputs: number, outputs: number): number[] {
  return Array.from(
    { length: inputs * outputs },
    (_, index) => (2 / Math.sqrt(inputs)) * Math.sin((index + 1) ** 2 * 0.7),
  );
}
