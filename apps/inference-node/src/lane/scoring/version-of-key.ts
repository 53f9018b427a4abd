import { shareOf } from '@nearscore/records';
import { type Deployment } from '@nearscore/registry';

type ScoringVersion = Pick<Deployment, 'model' | 'version' | 'epoch'>;

/** Which version answers for a key. @param key its Data */
export function versionOfKey(deployment: Deployment | undefined, key: Uint8Array): ScoringVersion | undefined {
  if (!deployment) return undefined;
  const { model, version, epoch, candidate } = deployment;
  const isCandidates = candidate?.mode === 'split' && shareOf(key, 0, key.length, candidate.salt) < candidate.percent;
  return isCandidates ? { model: candidate.model, version: candidate.version, epoch } : { model, version, epoch };
}
