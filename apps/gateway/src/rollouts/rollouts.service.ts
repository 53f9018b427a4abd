import { messageOf } from '@nearscore/errors';
import { checkFeatureMap } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { type CoordinatorMetrics } from '@nearscore/metrics';
import { type RolloutQueue } from '@nearscore/queues';
import {
  type Deployment,
  featureMapOf,
  isEnded,
  type ModelVersion,
  type Rollout,
  type VersionReference,
} from '@nearscore/registry';
import {
  beginRollout,
  cancelled,
  changeRollout,
  type NewRollout,
  promoted,
  type RolloutNode,
  rolloutOf,
  RolloutStateError,
  servingNodes,
  startRollout,
  streamOfRollout,
} from '@nearscore/rollouts';
import { type GridConnection } from '../grid/grid-connection';
import { type GridSession } from '../grid/grid-session';
import { type ClusterWatch } from '../nodes/cluster-watch';
import { StreamNotFoundError } from '../streams/stream.errors';
import { NoNodesError } from './rollout.errors';
import { type RolloutCoordinator } from './rollout-coordinator';
import { type RolloutRequest } from './rollout-request';
import { type RolloutView, toRolloutView } from './rollout-view';

export interface RolloutsParts {
  readonly connection: GridConnection;
  readonly watch: Pick<ClusterWatch, 'look'>;
  readonly queue: Pick<RolloutQueue, 'check' | 'begin'>;
  readonly coordinator: Pick<RolloutCoordinator, 'wake'>;
  readonly metrics: Pick<CoordinatorMetrics, 'ended'>;
  readonly logger: Logger;
}

type Wanted = Pick<NewRollout, 'stream' | 'kind' | 'strategy' | 'rescore' | 'by'>;

/** What people ask of rollouts. What follows is the coordinator's. */
export class RolloutsService {
  constructor(private readonly parts: RolloutsParts) {}

  /** Newest first. @param stream undefined: all */
  async list(stream: string | undefined, limit: number): Promise<RolloutView[]> {
    const { rollouts } = this.session();
    const entries = stream === undefined ? await rollouts.list() : [await rollouts.get(stream)];
    const all = entries.flatMap((entry) => entry?.rollouts ?? []);
    const newest = all.sort((a, b) => b.startedAt - a.startedAt || b.number - a.number).slice(0, limit);
    const nodes = await this.parts.watch.look();
    return newest.map((rollout) => toRolloutView(rollout, nodes, Date.now()));
  }

  async get(id: string): Promise<RolloutView> {
    const entry = await this.session().rollouts.get(streamOfRollout(id));
    return this.viewOf(rolloutOf(entry, id));
  }

  /** Refused before anything changes where it could not succeed now. @param by who asks, as they say */
  async begin(request: RolloutRequest, by: string | null): Promise<RolloutView> {
    const { stream, version, strategy, rescore } = request;
    const { grid, models, deployments } = this.session();
    const deployment = await deployments.get(stream);
    const model = request.model ?? deployment?.model;
    if (model === undefined || (!deployment && strategy.type !== 'all-at-once')) throw new StreamNotFoundError(stream);
    const to = await models.get(model, version);
    // What is deployed was checked, and is by every node again; asking takes a connection of its own to each member.
    if (!deployment) await checkFeatureMap(grid, featureMapOf(stream));
    return this.start({ stream, kind: 'rollout', strategy, rescore, by }, to);
  }

  async cancel(id: string): Promise<RolloutView> {
    return this.change(id, (rollout) => cancelled(rollout, Date.now()));
  }

  async promote(id: string): Promise<RolloutView> {
    return this.change(id, (rollout) => promoted(rollout, Date.now()));
  }

  /** Begins a rollout back to what was live before the stream's newest one. @param by who asks, as they say */
  async rollBack(id: string, by: string | null): Promise<RolloutView> {
    const { rollouts, deployments, models } = this.session();
    const stream = streamOfRollout(id);
    const entry = await rollouts.get(stream);
    const rollout = rolloutOf(entry, id);
    const deployment = await deployments.get(stream);
    const previous = previousOf(rollout, entry?.rollouts[0], deployment);
    const to = await models.get(previous.model, previous.version);
    if (previous.sha256 !== undefined && previous.sha256 !== to.sha256) {
      throw new RolloutStateError(rollout, `Version ${to.version} of ${to.model} is not the one that was live before.`);
    }
    return this.start(
      { stream, kind: 'rollback', strategy: { type: 'all-at-once' }, rescore: rollout.rescore, by },
      to,
    );
  }

  private async start(wanted: Wanted, to: ModelVersion): Promise<RolloutView> {
    const { queue, connection, coordinator } = this.parts;
    const { rollouts, models } = connection.session();
    queue.check();
    const nodes = servingNodes(await this.parts.watch.look());
    if (nodes.length === 0) throw new NoNodesError();
    const rollout = await startRollout(rollouts, wanted.stream, (number) => this.build(wanted, to, number));
    try {
      // Whoever removes a version looks for rollouts, removes, and looks again: one of us sees the other.
      await models.get(to.model, to.version);
    } catch (error) {
      await this.cancel(rollout.id);
      throw error;
    }
    await this.ask(rollout, nodes);
    coordinator.wake();
    return this.viewOf(rollout);
  }

  private async build(wanted: Wanted, to: ModelVersion, number: number): Promise<Rollout> {
    const deployment = await this.session().deployments.get(wanted.stream);
    const origin = {
      from: deployment ? await this.liveOf(deployment) : null,
      previous: deployment?.previous ?? null,
      epoch: deployment?.epoch ?? 0,
    };
    return beginRollout({ ...wanted, ...origin, number, to: referenceOf(to) }, Date.now());
  }

  private async liveOf({ model, version, sha256 }: Deployment): Promise<NonNullable<Rollout['from']>> {
    if (sha256 !== undefined) return { model, version, sha256 };
    return referenceOf(await this.session().models.get(model, version));
  }

  /** Without the queue nodes see the rollout in the grid, somewhat later. */
  private async ask({ id, stream, startedAt }: Rollout, nodes: readonly RolloutNode[]): Promise<void> {
    const asked = nodes.map(({ entry }) => entry);
    await this.parts.queue.begin({ rollout: id, stream, startedAt }, asked).catch((error: unknown) => {
      this.parts.logger.warn({ rollout: id, reason: messageOf(error) }, 'nodes will see the rollout in the grid');
    });
  }

  private async change(id: string, wish: (rollout: Rollout) => Rollout): Promise<RolloutView> {
    const { coordinator, metrics } = this.parts;
    const changed = await changeRollout(this.session().rollouts, id, wish);
    if (isEnded(changed)) metrics.ended(changed.stream, changed.state);
    coordinator.wake();
    return this.viewOf(changed);
  }

  private async viewOf(rollout: Rollout): Promise<RolloutView> {
    return toRolloutView(rollout, await this.parts.watch.look(), Date.now());
  }

  private session(): GridSession {
    return this.parts.connection.session();
  }
}

function referenceOf({ model, version, sha256 }: ModelVersion): NonNullable<Rollout['from']> {
  return { model, version, sha256 };
}

/** What a roll-back of `rollout` goes back to. RolloutStateError unless what it has made live still is, and something was before. */
function previousOf(
  rollout: Rollout,
  newest: Rollout | undefined,
  deployment: Deployment | undefined,
): VersionReference {
  if (rollout.state !== 'completed')
    throw new RolloutStateError(rollout, 'Only what has completed can be rolled back.');
  if (newest?.id !== rollout.id || deployment?.rollout?.id !== rollout.id) {
    throw new RolloutStateError(rollout, 'Something else has been deployed to its stream since.');
  }
  if (!deployment.previous) throw new RolloutStateError(rollout, 'Nothing was live before it.');
  return deployment.previous;
}
