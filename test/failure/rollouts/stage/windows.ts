import { setTimeout as delay } from 'node:timers/promises';
import { type Span } from '../load/latencies';
import { cpuTimesOf, CpuUse } from './cpu-use';
import { type RolloutStage } from './rollout-stage';

/** What was seen while something went on, and while nothing but the load did. */
export interface WindowFigures {
  readonly rests: readonly Span[];
  /** Of the timed records, since the first rest. */
  readonly probes: readonly Span[];
  readonly processorsDuring: Readonly<Record<string, number>>;
  readonly processorsWithout: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  readonly predictions: number;
}

/** Windows in which something goes on and windows of rest, in turn, under a load that does not change. */
export class Windows {
  private readonly rests: Span[] = [];
  private readonly during = new CpuUse();
  private readonly without = new CpuUse();

  constructor(private readonly stage: RolloutStage) {}

  /** As long as another window was. */
  async rest({ from, to }: Span): Promise<void> {
    this.rests.push(await this.used(this.without, () => this.pause(to - from)));
  }

  act<T extends Span>(work: () => Promise<T>): Promise<T> {
    return this.used(this.during, work);
  }

  figures(): WindowFigures {
    const { checker, latencies } = this.stage;
    const { acknowledged, seen: predictions } = checker.counts;
    const first = this.rests[0]?.from ?? 0;
    return {
      ...{ rests: this.rests, probes: latencies.all.filter(({ from }) => from >= first) },
      ...{ processorsDuring: this.during.processors(), processorsWithout: this.without.processors() },
      ...{ acknowledged, predictions },
    };
  }

  private async pause(ms: number): Promise<Span> {
    const from = this.stage.history.now();
    await delay(ms);
    return { from, to: this.stage.history.now() };
  }

  /** Adds what the processes of the cluster used meanwhile. */
  private async used<T extends Span>(use: CpuUse, act: () => Promise<T>): Promise<T> {
    const before = cpuTimesOf(this.stage.cluster.pids());
    const span = await act();
    use.add(before, cpuTimesOf(this.stage.cluster.pids()), span.to - span.from);
    return span;
  }
}
