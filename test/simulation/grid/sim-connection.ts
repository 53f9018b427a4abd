import { type NearscoreError } from '@nearscore/errors';
import { type SimThread } from '../engine/sim-thread';
import { type World } from '../engine/world';
import { type Call } from './call';
import { connectionLost } from './grid-errors';
import { type SimCluster } from './sim-cluster';
import { type SimMember } from './sim-member';

export interface ConnectionEvents {
  /** Answers came: `dispatch` may deliver them. */
  onReadable(connection: SimConnection): void;
  onClosed(connection: SimConnection): void;
}

interface Arrived {
  readonly call: Call;
  readonly error?: NearscoreError;
  readonly answer?: unknown;
}

/** How long messages take; both ways are first in, first out. */
export type Latency = () => number;

/** One connection of a thread to a member. */
export class SimConnection {
  isOpen = true;
  private readonly pending = new Set<Call>();
  private inbox: Arrived[] = [];
  private lastArrival = 0;
  private lastAnswer = 0;
  /** What is on its way when the connection ends is done until then, and not afterwards. */
  private arrivesUntil = Infinity;
  private mute = false;
  private readonly forgetDeath: () => void;

  constructor(
    private readonly world: World,
    private readonly cluster: SimCluster,
    private readonly thread: SimThread,
    readonly member: SimMember,
    private readonly latency: Latency,
    private readonly events: ConnectionEvents,
  ) {
    this.forgetDeath = member.onDeath(() => this.cut());
  }

  send(calls: readonly Call[]): void {
    if (!this.isOpen) return this.refuse(calls);
    const { time } = this.thread;
    for (const call of calls) {
      this.pending.add(call);
      this.lastArrival = Math.max(this.lastArrival, time + this.latency());
      this.world.at(this.lastArrival, () => this.arrive(call));
    }
  }

  /** Whoever is told of the end may ask again at once. */
  private refuse(calls: readonly Call[]): void {
    this.world.after(0, () => {
      this.thread.run(() => calls.forEach((call) => call.onError(connectionLost(this.member.id))));
    });
  }

  private arrive(call: Call): void {
    if (this.world.now > this.arrivesUntil) return;
    this.cluster.execute(this.member, call, {
      answer: (answer) => this.reply({ call, answer }),
      fail: (error) => this.reply({ call, error }),
    });
  }

  private reply(arrived: Arrived): void {
    if (!this.isOpen || this.mute) return;
    this.lastAnswer = Math.max(this.lastAnswer, this.world.now + this.latency());
    this.world.at(this.lastAnswer, () => {
      if (this.isOpen) this.thread.run(() => this.receive(arrived));
    });
  }

  private receive(arrived: Arrived): void {
    if (!this.isOpen) return;
    this.inbox.push(arrived);
    this.events.onReadable(this);
  }

  /** Delivers answers in order. Returns false when one was refused: it and those behind it wait. */
  dispatch(): boolean {
    for (let next = this.inbox[0]; next && this.isOpen; next = this.inbox[0]) {
      if (!this.deliver(next)) return false;
      this.inbox.shift();
    }
    return true;
  }

  private deliver({ call, error, answer }: Arrived): boolean {
    if (!this.pending.has(call)) return true;
    if (error) {
      this.pending.delete(call);
      call.onError(error);
      return true;
    }
    if (!call.onAnswer(answer)) return false;
    this.pending.delete(call);
    return true;
  }

  /** The answer is not wanted any more. */
  forget(call: Call): void {
    this.pending.delete(call);
  }

  /** The connection breaks. A part of what is on its way to the member still arrives. */
  cut(): void {
    if (!this.isOpen) return;
    this.world.note('CONNECTION-CUT', this.thread.name, this.member.id);
    this.end();
    this.thread.run(() => {
      this.fail();
      this.events.onClosed(this);
    });
  }

  /** Answers are lost, until somebody notices. */
  loseAnswers(noticedAfterMs: number): void {
    this.world.note('ANSWERS-LOST', this.thread.name, this.member.id);
    this.mute = true;
    this.thread.deafen(noticedAfterMs);
    this.world.after(noticedAfterMs, () => this.cut());
  }

  close(): void {
    if (!this.isOpen) return;
    this.end();
    this.fail();
  }

  private end(): void {
    this.isOpen = false;
    this.arrivesUntil = this.world.now + this.latency() * this.world.random.next();
    this.forgetDeath();
  }

  private fail(): void {
    const pending = [...this.pending];
    this.inbox = [];
    this.pending.clear();
    for (const call of pending) call.onError(connectionLost(this.member.id));
  }
}
