import { type NearscoreError } from '@nearscore/errors';
import {
  type FollowerNews,
  type FollowerPorts,
  type JournalFollower,
  type JournalFollowerOptions,
  type LeaseNews,
  type RecordToPark,
  type RetryOutcome,
} from '@nearscore/grid';
import { type SimRandom } from '../engine/random';
import { SimThread } from '../engine/sim-thread';
import { type Call } from '../grid/call';
import { parkingFailed } from '../grid/grid-errors';
import { simIdentity } from '../grid/formats';
import { SimLaneGrid } from '../grid/sim-lane-grid';
import { type Replica } from '../grid/replica';
import { type Site } from '../site';
import { type SimDeployment } from './deployments';
import { PASSING, SimScorer } from './scorer';

const SNAPSHOT_INTERVAL_MS = 250;
const RETRY_GAP_MS = 150;

/** A lane: the production follower over simulated ports. */
export class SimLane {
  readonly thread: SimThread;
  readonly grid: SimLaneGrid;
  readonly follower: JournalFollower;
  /** The process is stopped so long just before its next predictions reach the socket. */
  stallMs = 0;
  private readonly random: SimRandom;
  private readonly scorer: SimScorer;
  private owners: readonly (string | undefined)[] = [];
  private ownMember: string | null = null;
  private its: readonly number[] = [];

  constructor(
    private readonly site: Site,
    readonly id: string,
    rate: number,
  ) {
    const { world, knobs, checker } = site;
    this.random = world.random.fork();
    this.thread = new SimThread(world, id, rate);
    checker.laneBorn(id, this.thread);
    this.grid = new SimLaneGrid({
      world,
      cluster: site.cluster,
      history: site.history,
      observer: checker,
      thread: this.thread,
      lane: id,
      latency: site.latency(this.random),
      streams: site.streams,
      stallMs: (calls) => this.takeStall(calls),
      onDelivered: (refused) => this.follower.onDelivered(refused),
      onTrouble: (partitions) => this.follower.ownersChanged(partitions),
    });
    this.scorer = new SimScorer(this.thread, this.random, { ...knobs, quiet: site.quiet });
    const ports: FollowerPorts = {
      grid: this.grid,
      clock: this.thread,
      identity: simIdentity,
      handle: (batch) => this.scorer.score(batch),
      park: (record, done) => this.park(record, done),
      isLocal: (partition) => this.owners[partition] === this.ownMember,
      news: (stream, partition, news) => this.told(stream, partition, news),
      leaseNews: (partition, news) => this.leaseTold(partition, news),
    };
    const options: JournalFollowerOptions = { ...knobs, holder: id };
    this.follower = site.createFollower(ports, options);
    this.lookLater();
  }

  follow(
    members: readonly string[],
    owners: readonly (string | undefined)[],
    own: string | null,
    its: readonly number[],
    { epoch, rescoreBefore }: SimDeployment,
  ): void {
    this.scorer.epoch = epoch;
    this.ownMember = own;
    this.its = its;
    this.site.world.note('follow', this.id, its.join('+'));
    const moved = its.filter((partition) => this.owners[partition] !== owners[partition]);
    this.owners = owners;
    this.grid.route(members, owners);
    this.follower.ownersChanged(moved);
    const rescore = rescoreBefore === undefined ? {} : { rescoreBefore };
    this.follower.follow(
      this.site.streams.map((stream) => ({ ...stream, ...rescore })),
      its,
    );
  }

  stop(): Promise<void> {
    this.its = [];
    return this.follower.stop();
  }

  kill(): void {
    this.thread.kill();
    this.grid.abandon();
  }

  /** Of the partitions that it is to score. */
  private primaries(): Replica[] {
    return this.its.flatMap((partition) => this.site.cluster.primaryReplica(partition) ?? []);
  }

  /** The lane's host takes a snapshot of its state every so often. */
  private lookLater(): void {
    this.thread.after(SNAPSHOT_INTERVAL_MS, () => {
      const status = this.follower.status();
      // Partitions whose leases it waits for are a gauge of their own.
      const knowsAll = this.follower.leases().waiting === 0;
      if (knowsAll) this.site.checker.gauges.onStatus(this.thread, status, this.primaries());
      this.lookLater();
    });
  }

  private takeStall(calls: readonly Call[]): number {
    if (this.stallMs === 0 || !calls.some(({ name }) => name === 'store')) return 0;
    const ms = this.stallMs;
    this.stallMs = 0;
    return ms;
  }

  /** As the node's main thread has parked records tried again, sooner; another life or lane of the partition scores it by itself. */
  private retryLater(record: RecordToPark): void {
    const { stream, partition, key, sequence, fingerprint } = record;
    this.thread.after(this.random.gap(RETRY_GAP_MS), () => {
      const done = ({ kind }: RetryOutcome): void => {
        if (kind === 'scored') this.site.tally.retried++;
        else if (kind !== 'superseded') this.retryLater(record);
      };
      this.follower.retry(stream, partition, { key, sequence, fingerprint, score: this.random.chance(0.8), done });
    });
  }

  /** Parking may fail, also after the record was stored. */
  private park(record: RecordToPark, done: (error?: NearscoreError) => void): void {
    const { world, parked, knobs, quiet } = this.site;
    const fails = !quiet() && this.random.chance(knobs.parkFailureShare);
    const stores = !fails || this.random.chance(0.5);
    world.after(this.random.gap(2 * knobs.latencyMs), () => {
      if (stores) parked.park(record);
      if (stores && record.failure.code === PASSING) this.retryLater(record);
      this.thread.run(() => done(fails ? parkingFailed() : undefined));
    });
  }

  private told(stream: string, partition: number, news: FollowerNews): void {
    const { checker, cluster, streams, tally } = this.site;
    if (news.kind === 'rescan') tally.rescans++;
    if (news.kind === 'repair') tally.repaired += news.keys;
    const index = streams.findIndex(({ name }) => name === stream);
    this.note(partition, news, stream);
    checker.losses.onNews(this.id, partition, index, news, cluster.primaryReplica(partition));
  }

  private leaseTold(partition: number, news: LeaseNews): void {
    this.note(partition, news, 'lease');
    const { tally } = this.site;
    if (news.kind === 'lease-lapsed') tally.fenced++;
    if (news.kind === 'lease-taken' && news.from !== null) tally.takeovers++;
    if (news.kind !== 'lease-taken') return;
    this.site.checker.losses.onTaken(this.id, partition);
    this.site.checker.gauges.onTaken(this.id, partition);
  }

  private note(partition: number, { kind, ...rest }: FollowerNews | LeaseNews, about: string): void {
    const details = Object.entries(rest).map(([name, value]) => `${name}=${brief(value)}`);
    this.site.world.note(kind, partition, this.id, about, details.join(' '));
  }
}

function brief(value: unknown): string {
  return value instanceof Error ? value.message : String(value);
}
