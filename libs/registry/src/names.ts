import { InvalidNameError } from './registry.errors';

const NAME_RULE = /^[a-z0-9][a-z0-9._-]{0,63}$/;
/** Its predictions would lie where the shadow predictions of another stream do. */
const STREAM_RULE = /^(?!.*\.shadow$)[a-z0-9][a-z0-9._-]{0,63}$/;

/** Maps of the registry in the grid. */
export const REGISTRY_MAPS = {
  nodes: 'nearscore.nodes',
  models: 'nearscore.models',
  modelFiles: 'nearscore.model-files',
  modelChunks: 'nearscore.model-chunks',
  deployments: 'nearscore.deployments',
  parked: 'nearscore.parked',
  rollouts: 'nearscore.rollouts',
} as const;

/** @param what what is named, for the message: `stream`, `model` */
export function parseName(value: unknown, what: string): string {
  if (typeof value !== 'string' || !NAME_RULE.test(value)) throw new InvalidNameError(what, NAME_RULE);
  return value;
}

/** Every stream has one: whatever is no name for it is no name for a stream. */
export function featureMapOf(stream: string): string {
  if (!STREAM_RULE.test(stream)) throw new InvalidNameError('stream', STREAM_RULE);
  return `features.${stream}`;
}

export function predictionMapOf(stream: string): string {
  return `predictions.${parseName(stream, 'stream')}`;
}

/** What a candidate makes of a stream's records that the live version answers. */
export function shadowMapOf(stream: string): string {
  return `${predictionMapOf(stream)}.shadow`;
}
