import { messageOf } from '@nearscore/errors';
import { type Logger } from '@nearscore/logging';
import { type CoordinatorMetrics, durationOfBucket } from '@nearscore/metrics';
import { type RolloutQueue } from '@nearscore/queues';
import { isEnded, type Rollout, rolloutUnderWay, shadowMapOf, type StreamRollouts } from '@nearscore/registry';
import { preparationOf, type RolloutNode, takeTurn, type Turn } from '@nearscore/rollouts';
import { type GridConnection } from '../grid/grid-connection';
import { type GridSession } from '../grid/grid-session';
import { type ClusterWatch, partitionsWithoutLease } from '../nodes/cluster-watch';

const TICK_MS = 1_000;
/** Every tick lists what is there; what wakes it between two of them, what it knows of. */
const LISTING_AGE_MS = TICK_MS / 2;
/** From being woken until the look: nodes answer at nearly the same time. */
const GATHER_MS = 5;
/** The same, of a gateway that leaves the step to the one that took the last. */
const STANDBY_MS = 200;
/** While nothing is known to be under way: only an event that was lost makes it necessary. */
const IDLE_TICKS = 5;
/** Enough for every state of one step; more would be a gateway that has fallen out with another one. */
const MAX_TURNS = 10;

export interface RolloutCoordinatorParts {
  readonly connection: GridConnection;
  readonly watch: Pick<ClusterWatch, 'look'>;
  readonly queue: Pick<RolloutQueue, 'isUp' | 'ask'>;
  readonly timeoutMs: number;
  readonly metrics: Pick<CoordinatorMetrics, 'underWay' | 'ended'>;
  readonly logger: Logger;
}

/** @param entries of all streams that ever had a rollout */
export type RolloutsListener = (entries: readonly StreamRollouts[], nodes: readonly RolloutNode[]) => void;

/**
 * Takes rollouts on, as every gateway does at the same time: whoever comes first writes the next step. It remembers nothing that
 * counts, so that a gateway may die at any time.
 */
export class RolloutCoordinator {
  private readonly listeners = new Set<RolloutsListener>();
  private ticking: NodeJS.Timeout | undefined;
  private next: { readonly atMs: number; readonly timer: NodeJS.Timeout } | undefined;
  private isLooking = false;
  /** How soon the next look is due, counted from the end of the one under way. */
  private dueInMs = Infinity;
  /** Whether it took the last step that was taken. */
  private leads = false;
  private isClosed = false;
  private underWay = 0;
  private ticks = 0;
  private failing = false;

  constructor(private readonly parts: RolloutCoordinatorParts) {
    parts.connection.onOpened((session) => this.follow(session));
  }

  /** Called after each look, at least once a second while a rollout is under way. Returns what ends it. */
  onLooked(listener: RolloutsListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Looks, and does what is due; soon again when it is looking already. */
  wake(): void {
    this.lookIn(GATHER_MS);
  }

  /** Does not wait for a grid that does not answer: a turn that is cut off is another gateway's. */
  close(): void {
    this.isClosed = true;
    clearInterval(this.ticking);
    clearTimeout(this.next?.timer);
  }

  private follow(session: GridSession): void {
    this.ticking = setInterval(() => this.tick(), TICK_MS);
    const listening = Promise.all([
      session.rollouts.onChanged(() => this.notice()),
      // Every heartbeat is a change: nothing of it matters while nothing is under way.
      session.nodes.onChanged(() => void (this.underWay > 0 && this.notice())),
    ]);
    listening.catch((error: unknown) => {
      this.parts.logger.warn({ reason: messageOf(error) }, 'rollouts are followed by polling only');
    });
    this.wake();
  }

  private tick(): void {
    if (this.underWay > 0 || this.listeners.size > 0 || ++this.ticks % IDLE_TICKS === 0) this.wake();
  }

  /** All gateways hear of a change at the same time. */
  private notice(): void {
    this.lookIn(this.leads ? GATHER_MS : STANDBY_MS);
  }

  private lookIn(ms: number): void {
    if (this.isClosed) return;
    if (this.isLooking) return void (this.dueInMs = Math.min(this.dueInMs, ms));
    const atMs = performance.now() + ms;
    if (this.next && this.next.atMs <= atMs) return;
    clearTimeout(this.next?.timer);
    this.next = { atMs, timer: setTimeout(() => void this.run(), ms) };
  }

  private async run(): Promise<void> {
    this.next = undefined;
    this.isLooking = true;
    this.dueInMs = Infinity;
    await this.look().catch((error: unknown) => this.failed(error));
    this.isLooking = false;
    if (this.dueInMs < Infinity) this.lookIn(this.dueInMs);
  }

  private async look(): Promise<void> {
    const { connection, watch, metrics } = this.parts;
    const { rollouts } = connection.session();
    const streams = (await rollouts.look(LISTING_AGE_MS)).filter(rolloutUnderWay).map(({ stream }) => stream);
    const moved = await Promise.all(streams.map((stream) => this.takeOnAlone(stream)));
    this.underWay = moved.filter(Boolean).length;
    metrics.underWay(this.underWay);
    if (!moved.includes('failed')) this.failing = false;
    if (this.listeners.size === 0) return;
    const [entries, nodes] = [await rollouts.look(LISTING_AGE_MS), await watch.look()];
    for (const listener of this.listeners) listener(entries, nodes);
  }

  /** One stream whose entries cannot be read, or written, holds up no other. */
  private takeOnAlone(stream: string): Promise<boolean | 'failed'> {
    return this.takeOn(stream).catch((error: unknown) => {
      this.failed(error);
      return 'failed' as const;
    });
  }

  /** Returns whether it is still under way. */
  private async takeOn(stream: string): Promise<boolean> {
    let turn: Turn | undefined;
    for (let turns = 0; turns < MAX_TURNS && turn?.moved !== false && !this.isClosed; turns++) {
      turn = await this.takeTurn(stream);
    }
    if (turn?.moved) this.wake();
    if (turn?.rollout?.state === 'preparing') await this.askMissing(turn.rollout);
    return turn?.rollout !== undefined && !isEnded(turn.rollout);
  }

  private async takeTurn(stream: string): Promise<Turn> {
    const { connection, watch, timeoutMs, metrics, logger } = this.parts;
    const { grid, rollouts, deployments } = connection.session();
    const nodes = () => watch.look();
    const areLeasesHeld = (seen: readonly RolloutNode[]) => partitionsWithoutLease(seen, grid.partitions.count()) === 0;
    const ports = { rollouts, deployments, nodes, areLeasesHeld, now: Date.now, timeoutMs, durationOfBucket };
    const turn = await takeTurn(stream, ports);
    if (turn.moved) this.leads = turn.isOwn;
    if (turn.rollout && turn.moved && isEnded(turn.rollout)) {
      const { id, state, reason } = turn.rollout;
      metrics.ended(stream, state);
      logger.info({ rollout: id, state, reason: reason?.message }, 'rollout ended');
      if (turn.rollout.strategy.type === 'shadow') await this.emptyShadow(stream);
    }
    return turn;
  }

  /** No node writes into it any more. When this gateway dies before it is done, the next shadow of the stream ends with it. */
  private async emptyShadow(stream: string): Promise<void> {
    const { connection, logger } = this.parts;
    const map = await connection.session().grid.binaryMap(shadowMapOf(stream));
    await map.clear().catch((error: unknown) => {
      logger.warn({ stream, reason: messageOf(error) }, 'the shadow predictions of a rollout that ended are left');
    });
  }

  /** Nodes that came later, and those whose jobs Redis has lost: all that have not said that they were asked. */
  private async askMissing(rollout: Rollout): Promise<void> {
    const { watch, queue, logger } = this.parts;
    if (!queue.isUp) return;
    const seen = await watch.look();
    const silent = seen.filter((node) => node.living && preparationOf(node, rollout) === undefined);
    if (silent.length === 0) return;
    const { id, stream, startedAt } = rollout;
    const asked = silent.map(({ entry }) => entry);
    await queue.ask({ rollout: id, stream, startedAt }, asked).catch((error: unknown) => {
      logger.debug({ reason: messageOf(error) }, 'nodes will see the rollout in the grid');
    });
  }

  private failed(error: unknown): void {
    if (this.isClosed) return;
    this.parts.logger[this.failing ? 'debug' : 'warn']({ reason: messageOf(error) }, 'rollouts cannot be looked at');
    this.failing = true;
  }
}
