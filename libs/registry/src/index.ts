export { type DeployedCandidate, type DeployedRetries, type Deployment, type VersionReference } from './deployment';
export { type DeploymentSettings, DeploymentStore, type DeploymentStoreOptions } from './deployment-store';
export { type UnreadableListener } from './entry-reader';
export { ModelRemoval } from './model-removal';
export { ModelStore, type ModelStoreOptions } from './model-store';
export { byModel, type ModelAdmission, type ModelVersion } from './model-version';
export { featureMapOf, parseName, predictionMapOf, REGISTRY_MAPS, shadowMapOf } from './names';
export { type CandidateReport, type NodeEntry, nodeBeatOf } from './node-entry';
export { NodeRegistry } from './node-registry';
export { type FailedRecord, isRetriable, PARKED_STATES, type ParkedRecord, type ParkedState } from './parked-record';
export { type ParkedFilter, parkedKey, type ParkedPage, type ParkedQuery, ParkedStore } from './parked-store';
export { openRegistry, type Registry, type RegistryOptions } from './registry';
export {
  type GuardFigures,
  isEnded,
  type Rollout,
  type RolloutGuards,
  type RolloutState,
  type RolloutStrategy,
  type StreamRollouts,
} from './rollout';
export { RolloutStore, rolloutUnderWay } from './rollout-store';
export {
  DeploymentConflictError,
  type FieldIssue,
  InvalidNameError,
  ModelBytesError,
  ModelVersionExistsError,
  ModelVersionInUseError,
  ModelVersionNotFoundError,
  RegistryEntryError,
  RemovedVersionLiveError,
} from './registry.errors';
export { deployVersion } from './version-deployment';
export { usesOf, type VersionRole, type VersionUse } from './version-use';
