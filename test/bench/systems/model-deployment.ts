import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { completeModelConfig, parseModelConfig } from '@nearscore/records';
import { createScoringSession } from '@nearscore/inference';
import { deployToGrid } from '../../fixtures/model-deployment';
import { type PeerModel } from '../peers/peer-model';
import { type MemberAddress } from './member';

export const MODELS = join(__dirname, '..', 'models');

/** Puts a model of a folder into the grid and deploys it on streams. */
export async function deployModel(
  member: MemberAddress,
  model: string,
  streams: readonly string[],
  folder = MODELS,
): Promise<void> {
  const { onnx, json } = readModel(model, folder);
  const grid = { members: [member.address], clusterName: member.clusterName };
  await deployToGrid(grid, { name: model, version: 1, onnx, json }, streams);
}

/** The same model for those who read no model.json. */
export async function peerModel(name: string, folder = MODELS): Promise<PeerModel> {
  const { path, onnx, json } = readModel(name, folder);
  const session = await createScoringSession(onnx);
  const { inputs, score } = completeModelConfig(parseModelConfig(json), session.signature);
  await session.release();
  const [{ name: input, width } = { name: '', width: 0 }] = inputs;
  return { name, path, input, output: score.output, column: Number(score.column), features: width };
}

function readModel(name: string, folder: string): { path: string; onnx: Buffer; json: unknown } {
  const path = join(folder, name, 'model.onnx');
  return {
    path,
    onnx: readFileSync(path),
    json: JSON.parse(readFileSync(join(folder, name, 'model.json'), 'utf8')) as unknown,
  };
}
