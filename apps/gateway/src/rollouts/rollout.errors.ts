import { NearscoreError } from '@nearscore/errors';

/** No node is there that serves: nobody could prepare a rollout, or score by it. */
export class NoNodesError extends NearscoreError {
  constructor() {
    super('NO_NODES', 'No inference node serves now, so nothing can be rolled out.', { retriable: true });
  }
}
