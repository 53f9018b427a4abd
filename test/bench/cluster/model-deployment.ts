import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployToGrid } from '../../fixtures/model-deployment';
import { type BenchCluster } from './bench-cluster';

/** Puts one of test/bench/models into the grid and deploys it on a stream. */
export async function deployModel(cluster: BenchCluster, model: string, stream: string): Promise<void> {
  const folder = join(__dirname, '..', 'models', model);
  const onnx = readFileSync(join(folder, 'model.onnx'));
  const json: unknown = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  const grid = { members: [cluster.address], clusterName: cluster.clusterName };
  await deployToGrid(grid, { name: model, version: 1, onnx, json }, [stream]);
}
