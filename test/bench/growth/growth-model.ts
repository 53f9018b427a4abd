import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '@nearscore/local-cluster';
import { FEATURES } from '../load/record-pool';
import { MODELS } from '../systems/model-deployment';
import { perceptronConfig, perceptronOnnx } from './perceptron';

/** Where a model lies: `<folder>/<name>/model.onnx` and `model.json`. */
export interface ModelPlace {
  readonly name: string;
  readonly folder: string;
}

/** The bench's `mlp` for its 30 floats; one of the same graph for another width, which is made here. */
export function growthModel(width: number): ModelPlace {
  if (width === FEATURES) return { name: 'mlp', folder: MODELS };
  const place = { name: `mlp-${width}`, folder: projectPath('.cache', 'bench-models') };
  const folder = join(place.folder, place.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), perceptronOnnx(width));
  writeFileSync(join(folder, 'model.json'), JSON.stringify(perceptronConfig(place.name, width)));
  return place;
}
