import { type NearscoreError } from '@nearscore/errors';
import { type Replica } from './replica';

export type CallName =
  'subscribe' | 'read' | 'scan' | 'look-up' | 'store' | 'remove' | 'load' | 'create' | 'replace' | 'write';

export interface Performed {
  /** What the caller gets. */
  readonly answer: unknown;
  /** What changes, on the primary at once and on the backup when the message about it comes. */
  readonly effect?: (replica: Replica, isPrimary: boolean) => void;
}

/** One request to the primary of a partition, on its way there and back. */
export interface Call {
  readonly name: CallName;
  readonly partition: number;
  /** Undefined: about the partition's entry. */
  readonly stream?: number | undefined;
  /** Who asks: a lane's or a writer's name. */
  readonly sender: string;
  /** When it was sent, by the sender's clock. */
  sentAt: number;
  /** The sender was paused after it had made the call and before it was sent. */
  stalled: boolean;
  /** The primary does it. Undefined: it waits for an event. */
  perform(replica: Replica): Performed | undefined;
  /** @returns false when it cannot be taken now */
  onAnswer(answer: unknown): boolean;
  onError(error: NearscoreError): void;
}

/** Where the member's answer goes. */
export interface Reply {
  answer(answer: unknown): void;
  fail(error: NearscoreError): void;
}
