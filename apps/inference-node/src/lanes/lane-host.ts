import { type Logger } from '@nearscore/logging';
import { type LaneCommand, type LaneReport } from '../lane/lane-messages';
import { type LanePulse } from '../lane/lane-pulse';
import { type LaneThread, type StartLaneThread } from './lane-thread';

const FIRST_BACKOFF_MS = 200;
const LAST_BACKOFF_MS = 10_000;
/** A lane that was ready for so long died of something new: the backoff begins again. */
const STEADY_AFTER_MS = 60_000;

/** What a lane has to know; in this order, because partitions name members, and what scores goes before what may. */
const KNOWLEDGE = ['members', 'assign', 'deploy', 'prepare'] as const;
export type LaneKnowledge = Extract<LaneCommand, { type: (typeof KNOWLEDGE)[number] }>;

export interface LaneListener {
  /** Everything but 'ready' and 'stopped'. `answer` reaches the very thread that reported. */
  reported(lane: number, report: LaneReport, answer: (command: LaneCommand) => void): void;
  /** The lane ended by itself and is started again. */
  died(lane: number): void;
}

/** Keeps one lane alive: starts it, tells it what it has to know, starts it again when it ends by itself. */
export class LaneHost {
  private thread: LaneThread | undefined;
  private readonly knowledge = new Map<LaneKnowledge['type'], LaneKnowledge>();
  private readyAt: number | undefined;
  private failures = 0;
  private restart: NodeJS.Timeout | undefined;
  private stopping: (() => void) | undefined;

  constructor(
    readonly lane: number,
    private readonly startThread: StartLaneThread,
    private readonly listener: LaneListener,
    private readonly logger: Logger,
  ) {}

  get isReady(): boolean {
    return this.readyAt !== undefined;
  }

  /** Undefined while no thread runs. */
  get pulse(): LanePulse | undefined {
    return this.thread?.pulse;
  }

  start(): void {
    const thread = this.startThread(this.lane, {
      reported: (report) => this.take(report, (command) => thread.post(command)),
      ended: (reason) => this.ended(reason),
    });
    this.thread = thread;
  }

  /** Tells the lane, and every lane that is started in its place. */
  tell(knowledge: LaneKnowledge): void {
    this.knowledge.set(knowledge.type, knowledge);
    if (this.isReady) this.thread?.post(knowledge);
  }

  /** Tells the lane that runs now, and no other. */
  ask(command: LaneCommand): void {
    if (this.isReady) this.thread?.post(command);
  }

  /** Lets the lane finish its batch and write its checkpoints; ends it when that takes longer than the deadline. */
  async stop(deadlineMs: number): Promise<void> {
    clearTimeout(this.restart);
    if (!this.thread) return;
    let timer: NodeJS.Timeout | undefined;
    const ended = new Promise<boolean>((resolve) => {
      this.stopping = () => resolve(true);
      timer = setTimeout(() => resolve(false), deadlineMs);
    });
    this.thread.post({ type: 'stop' });
    const inTime = await ended;
    clearTimeout(timer);
    if (!inTime) this.logger.warn({ lane: this.lane, deadlineMs }, 'lane did not stop in time and is ended');
    await this.thread?.terminate();
  }

  private take(report: LaneReport, answer: (command: LaneCommand) => void): void {
    if (report.type === 'stopped') this.stopping?.();
    else if (report.type === 'ready') this.becomeReady(answer);
    else this.listener.reported(this.lane, report, answer);
  }

  private becomeReady(post: (command: LaneCommand) => void): void {
    this.readyAt = performance.now();
    for (const type of KNOWLEDGE) {
      const known = this.knowledge.get(type);
      if (known) post(known);
    }
  }

  private ended(reason: string): void {
    const steady = this.readyAt !== undefined && performance.now() - this.readyAt > STEADY_AFTER_MS;
    this.thread = undefined;
    this.readyAt = undefined;
    if (this.stopping) return this.stopping();
    this.failures = steady ? 1 : this.failures + 1;
    const backoffMs = Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (this.failures - 1));
    this.logger.error({ lane: this.lane, reason, backoffMs }, 'lane ended by itself and is started again');
    this.listener.died(this.lane);
    this.restart = setTimeout(() => this.start(), backoffMs);
  }
}
