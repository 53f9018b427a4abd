import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { completeModelConfig, parseModelConfig } from '@nearscore/records';
import { createScoringSession } from '@nearscore/inference';
import { deployToGrid } from '../../fixtures/model-deployment';
import { type PeerModel } from '../peers/peer-model';
import { type MemberAddress } from './member';

/** Puts one of test/bench/models into the grid and deploys it on a stream. */
export async function deployModel(member: MemberAddress, model: string, stream: string): Promise<void> {
  const { onnx, json } = readModel(model);
  const grid = { members: [member.address], clusterName: member.clusterName };
  await deployToGrid(grid, { name: model, version: 1, onnx, json }, [stream]);
}

/** The same model for those who read no model.json. */
export async function peerModel(name: string): Promise<PeerModel> {
  const { path, onnx, json } = readModel(name);
  const session = await createScoringSession(onnx);
  const { inputs, score } = completeModelConfig(parseModelConfig(json), session.signature);
  await session.release();
  const [{ name: input, width } = { name: '', width: 0 }] = inputs;
  return { name, path, input, output: score.output, column: Number(score.column), features: width };
}

function readModel(name: string): { path: string; onnx: Buffer; json: unknown } {
  const folder = join(__dirname, '..', 'models', name);
  const path = join(folder, 'model.onnx');
  return {
    path,
    onnx: readFileSync(path),
    json: JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as unknown,
  };
}
