import { type Client } from 'hazelcast-client';
import { clientRequest } from '../../fixtures/wire/client-codecs';

const SUBSCRIBE = 0x014100;
const READ = 0x014200;
const EVENTS_PER_READING = 500;
// Data: hash, type; identified: flag, factory, class; then the event's type and its key as length and Data.
const KEY_LENGTH_AT = 21;
const STRING_HEAD_BYTES = 12;

export interface JournalEvent {
  readonly sequence: number;
  readonly key: string;
}

interface Frame {
  readonly content: Buffer;
  isEndFrame(): boolean;
}

interface ClientMessage {
  nextFrame(): Frame;
  peekNextFrame(): Frame;
}

/** The stock client has no journal of its own, but sends what it is given. */
interface WithInvocations {
  readonly invocationService: {
    invokeOnPartition<T>(request: unknown, partition: number, decode: (message: ClientMessage) => T): Promise<T>;
  };
}

/** A feature map's journal, read through the stock client: another way than the one that is tested. */
export class RecordJournal {
  constructor(
    private readonly client: Client,
    private readonly map: string,
  ) {}

  async newest(partition: number): Promise<number> {
    const request = clientRequest(SUBSCRIBE, Buffer.alloc(0), [Buffer.from(this.map)]);
    return this.invoke(request, partition, (message) => Number(message.nextFrame().content.readBigInt64LE(21)));
  }

  /** What is still there of [from, to). */
  async events(partition: number, from: number, to: number): Promise<JournalEvent[]> {
    const events: JournalEvent[] = [];
    for (let start = Math.max(0, from); start < to;) {
      const reading = await this.read(partition, start, Math.min(EVENTS_PER_READING, to - start));
      if (reading.events.length === 0) break;
      events.push(...reading.events.filter(({ sequence }) => sequence < to));
      if (reading.next <= start) throw new Error(`partition ${partition} reads on at ${reading.next} after ${start}`);
      start = reading.next;
    }
    return events;
  }

  private read(partition: number, start: number, max: number): Promise<{ events: JournalEvent[]; next: number }> {
    const fields = Buffer.alloc(16);
    fields.writeBigInt64LE(BigInt(start), 0);
    fields.writeInt32LE(0, 8);
    fields.writeInt32LE(max, 12);
    const request = clientRequest(READ, fields, [Buffer.from(this.map), null, null]);
    return this.invoke(request, partition, decodeReading);
  }

  private invoke<T>(request: unknown, partition: number, decode: (message: ClientMessage) => T): Promise<T> {
    const { invocationService } = this.client as unknown as WithInvocations;
    return invocationService.invokeOnPartition(request, partition, decode);
  }
}

function decodeReading(message: ClientMessage): { events: JournalEvent[]; next: number } {
  const head = message.nextFrame().content;
  const next = Number(head.readBigInt64LE(17));
  message.nextFrame();
  const keys: string[] = [];
  while (!message.peekNextFrame().isEndFrame()) keys.push(keyOf(message.nextFrame().content));
  const first = next - keys.length;
  return { events: keys.map((key, index) => ({ key, sequence: first + index })), next };
}

function keyOf(event: Buffer): string {
  const start = KEY_LENGTH_AT + 4;
  return event.toString('utf8', start + STRING_HEAD_BYTES, start + event.readInt32BE(KEY_LENGTH_AT));
}
