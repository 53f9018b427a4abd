import { messageOf } from '@nearscore/errors';
import { type Deployment, type ModelStore, usesOf, type VersionReference } from '@nearscore/registry';
import { broken, fine, type Finding } from './finding';

type Store = Pick<ModelStore, 'get' | 'bytes'>;

/** Reads every version that a deployment names, byte by byte: whether it is what was admitted, and what was deployed. */
export async function modelFindings(store: Store, deployments: readonly Deployment[]): Promise<Finding[]> {
  const named = new Map(deployments.flatMap(usesOf).map((one) => [`${one.model} ${one.version}`, one]));
  const findings: Finding[] = [];
  // One after another: each may be large.
  for (const [name, version] of named) findings.push(await modelFinding(store, name, version));
  return findings;
}

async function modelFinding(
  store: Store,
  name: string,
  { model, version, sha256 }: VersionReference,
): Promise<Finding> {
  const advice = 'Push the very file again, or move its streams to another version and remove it.';
  try {
    const stored = await store.get(model, version);
    if (sha256 !== undefined && sha256 !== stored.sha256) {
      const message = `deployed as sha256 ${sha256}, stored is ${stored.sha256}`;
      return broken('models', name, message, advice);
    }
    await store.bytes(stored);
    return fine('models', name, `is what was admitted, sha256 ${stored.sha256.slice(0, 12)}…`);
  } catch (error) {
    return broken('models', name, messageOf(error), advice);
  }
}
