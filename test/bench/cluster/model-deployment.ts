import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectGrid } from '@nearscore/grid';
import { createScoringSession } from '@nearscore/inference';
import { completeModelConfig, parseModelConfig } from '@nearscore/records';
import { openRegistry } from '@nearscore/registry';
import { type BenchCluster } from './bench-cluster';

/** Puts one of test/bench/models into the grid and deploys it on a stream, as a gateway would. */
export async function deployModel(cluster: BenchCluster, model: string, stream: string): Promise<void> {
  const onnx = readFileSync(join(__dirname, '..', 'models', model, 'model.onnx'));
  const json: unknown = JSON.parse(readFileSync(join(__dirname, '..', 'models', model, 'model.json'), 'utf8'));
  const session = await createScoringSession(onnx);
  const { signature } = session;
  await session.release();
  const config = completeModelConfig(parseModelConfig(json), signature);
  const grid = await connectGrid({
    members: [cluster.address],
    clusterName: cluster.clusterName,
    clientName: 'bench',
  });
  try {
    const { models, deployments } = await openRegistry(grid);
    await models.put(model, 1, onnx, config, signature);
    await deployments.deploy(stream, model, 1);
  } finally {
    await grid.close();
  }
}
