import { type FollowedStream } from '@nearscore/grid';
import { Checker } from './checker/checker';
import { findUnconverged } from './checker/convergence';
import { type SimRandom } from './engine/random';
import { Trace } from './engine/trace';
import { type Violation, World } from './engine/world';
import { FaultPlan } from './fault-plan';
import { SimCluster } from './grid/sim-cluster';
import { type Latency } from './grid/sim-connection';
import { WriteHistory } from './grid/writes';
import { type FaultKind, type Knobs, knobsOf } from './knobs';
import { SimDeployments } from './node/deployments';
import { ParkedRecords } from './node/parked-records';
import { NodeRegistry } from './node/registry';
import { type CreateFollower, productionFollower } from './node/create-follower';
import { type Site } from './site';
import { Staff } from './staff';
import { SimWriters } from './writers';

const CONVERGENCE_BUDGET_MS = 60_000;
const CONVERGENCE_LOOK_MS = 250;

export interface RunOptions {
  /** Prints every line of the trace. */
  readonly print?: (line: string) => void;
  /** Instead of the production follower: mutants. */
  readonly createFollower?: CreateFollower;
  /** Faults that shall not happen: to find out what a failure needs. */
  readonly without?: readonly FaultKind[];
}

export interface RunOutcome {
  readonly seed: number;
  readonly knobs: Knobs;
  readonly hash: string;
  readonly violation: Violation | undefined;
  /** The last lines of the trace that explain the violation. */
  readonly explanation: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: ReadonlyMap<FaultKind, number>;
}

/** One run: a while of faults, then a while without, in which everything must come right. */
export class Simulation {
  private readonly trace: Trace;
  private readonly world: World;
  private readonly knobs: Knobs;
  private readonly site: Site;
  private readonly staff: Staff;
  private readonly faults: FaultPlan;
  private readonly writers: SimWriters;
  private faultsEnd = false;
  private convergedAfterMs = -1;

  constructor(
    readonly seed: number,
    options: RunOptions = {},
  ) {
    this.trace = new Trace(options.print);
    this.world = new World(seed, this.trace);
    const knobs = knobsOf(seed);
    this.knobs = { ...knobs, faults: knobs.faults.filter((kind) => !options.without?.includes(kind)) };
    this.site = this.createSite(options.createFollower ?? productionFollower);
    this.staff = new Staff(this.site);
    this.faults = new FaultPlan(this.site, this.staff);
    this.writers = new SimWriters(this.site);
  }

  async run(): Promise<RunOutcome> {
    this.site.cluster.start(Array.from({ length: this.knobs.members }, (_, host) => host));
    this.staff.start();
    this.writers.start();
    this.faults.start();
    this.site.deployments.start(this.knobs.deployments, this.knobs.faultyMs);
    await this.world.runUntil(this.knobs.faultyMs);
    this.faultsEnd = true;
    this.world.note('FAULTS-END');
    await this.converge();
    return this.outcome();
  }

  private async converge(): Promise<void> {
    const begun = this.world.now;
    let found = findUnconverged(this.site, this.staff);
    while (!this.world.violation && this.world.now - begun < CONVERGENCE_BUDGET_MS) {
      await this.world.runUntil(this.world.now + CONVERGENCE_LOOK_MS);
      found = findUnconverged(this.site, this.staff);
      if (!found) {
        this.convergedAfterMs = this.world.now - begun;
        return;
      }
    }
    if (found) this.world.violated('converges', `no convergence: ${found.reason}`, found.about);
  }

  private createSite(createFollower: CreateFollower): Site {
    const { world, knobs } = this;
    const history = new WriteHistory();
    const streams = streamsOf(knobs);
    const names = streams.map(({ name }) => name);
    const parked = new ParkedRecords(world, history, names);
    const backupLatencyMs = (): number => {
      const slow = this.faults.areBackupsSlow && !this.faultsEnd;
      return world.random.gap(slow ? 300 : knobs.backupLatencyMs);
    };
    const detectionMs = (): number => world.random.between(0.5, 1.5) * knobs.detectionMs;
    const settings = { ...knobs, backupLatencyMs, detectionMs };
    return {
      world,
      knobs,
      history,
      streams,
      parked,
      deployments: new SimDeployments(world),
      createFollower,
      cluster: new SimCluster(world, settings),
      registry: new NodeRegistry(),
      tally: { takeovers: 0, fenced: 0, rescans: 0, repaired: 0, retried: 0 },
      checker: new Checker(world, names, parked),
      latency: (random) => this.latency(random),
      quiet: () => this.faultsEnd,
    };
  }

  private latency(random: SimRandom): Latency {
    const { latencyMs, slowShare } = this.knobs;
    return () => latencyMs * 0.2 + random.gap(!this.faultsEnd && random.chance(slowShare) ? 60 : latencyMs);
  }

  private outcome(): RunOutcome {
    const { seed, knobs, world, trace, site } = this;
    const { violation } = world;
    const { checker, history } = site;
    return {
      seed,
      knobs,
      hash: trace.hash,
      violation,
      explanation: violation ? trace.last(60, violation.about) : [],
      faults: this.faults.counts,
      counts: {
        steps: world.steps,
        virtualMs: Math.round(world.now),
        acknowledged: history.count('acknowledged'),
        unknown: history.count('unknown'),
        lostWithMember: history.all.filter(({ lost }) => lost).length,
        predictions: checker.predictions.stored,
        rescored: checker.predictions.rescored,
        removals: checker.predictions.removed,
        parked: site.parked.count,
        eventsChecked: checker.checkpoints.checked,
        takeovers: site.tally.takeovers,
        fenced: site.tally.fenced,
        rescans: site.tally.rescans,
        retried: site.tally.retried,
        repaired: site.tally.repaired,
        toldLost: checker.losses.told,
        gaugesChecked: checker.gauges.checked,
        lateWrites: checker.leases.lateWrites,
        convergedAfterMs: Math.round(this.convergedAfterMs),
        faults: [...this.faults.counts.values()].reduce((sum, count) => sum + count, 0),
      },
    };
  }
}

/** Runs one seed. */
export async function simulate(seed: number, options?: RunOptions): Promise<RunOutcome> {
  const { stackTraceLimit } = Error;
  // Faults are errors by the thousand, whose stacks nobody looks at; jest would keep a hundred frames of each.
  Error.stackTraceLimit = 5;
  try {
    return await new Simulation(seed, options).run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function streamsOf({ streams }: Knobs): FollowedStream[] {
  return ['fraud', 'clicks']
    .slice(0, streams)
    .map((name) => ({ name, recordMap: `features.${name}`, predictionMap: `predictions.${name}` }));
}
