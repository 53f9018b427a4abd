import { type LaneActivity, type LanePulse } from '../lane/lane-pulse';

/** Loading a model may take as long as its admission was given: 60 s by default. */
const LOAD_FACTOR = 6;
const TICKS_PER_LIMIT = 10;
const MAX_TICK_MS = 1000;

export interface StuckLane {
  readonly lane: number;
  /** What it was doing; undefined = nothing that it tells. */
  readonly activity: LaneActivity | undefined;
  /** How long it has made no turn, counted in ticks of this thread. */
  readonly stuckMs: number;
}

export interface WatchdogParts {
  readonly limitMs: number;
  /** The pulse of each lane that runs; another one for each life of a lane. */
  readonly pulses: () => readonly (readonly [lane: number, pulse: LanePulse])[];
  /** Called once per stuck lane. */
  readonly onStuck: (stuck: StuckLane) => void;
}

interface Silence {
  turns: number;
  ticks: number;
}

/**
 * Notices lanes whose event loop does not come round any more. Ticks of this thread are counted, not time that went by: when
 * the whole process is paused, or starved of CPU, lanes and watchdog are alike.
 */
export class LaneWatchdog {
  private readonly tickMs: number;
  private readonly silences = new WeakMap<LanePulse, Silence>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: WatchdogParts) {
    this.tickMs = Math.min(MAX_TICK_MS, parts.limitMs / TICKS_PER_LIMIT);
  }

  start(): void {
    this.timer = setInterval(() => this.tick(), this.tickMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    for (const [lane, pulse] of this.parts.pulses()) this.look(lane, pulse);
  }

  private look(lane: number, pulse: LanePulse): void {
    const { turns } = pulse;
    const silence = this.silences.get(pulse);
    // A lane that has not begun holds no lease, and starting it may take long on a busy machine.
    if (!silence || silence.turns !== turns || turns === 0) {
      this.silences.set(pulse, { turns, ticks: 0 });
      return;
    }
    silence.ticks += 1;
    if (silence.ticks !== this.ticksOf(pulse)) return;
    this.parts.onStuck({ lane, activity: pulse.activity, stuckMs: silence.ticks * this.tickMs });
  }

  private ticksOf(pulse: LanePulse): number {
    const limitMs = this.parts.limitMs * (pulse.activity?.stage === 'load' ? LOAD_FACTOR : 1);
    return Math.ceil(limitMs / this.tickMs);
  }
}
