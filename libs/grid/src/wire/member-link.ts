import { type NearscoreError } from '@nearscore/errors';
import { WireConnection, type WireConnectionOptions } from './wire-connection';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

export interface MemberAddress {
  readonly uuid: string;
  readonly host: string;
  readonly port: number;
}

export interface MemberLinkEvents {
  onReadable(connection: WireConnection): void;
  onConnected(member: MemberAddress): void;
  /** A connection was lost or could not be made; another try follows. */
  onTrouble(member: MemberAddress, error: NearscoreError): void;
}

/** Keeps one connection to one member open, for as long as the link is. */
export class MemberLink {
  connection: WireConnection | undefined;
  private retryMs = FIRST_RETRY_MS;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    readonly member: MemberAddress,
    private readonly options: Omit<WireConnectionOptions, 'host' | 'port'>,
    private readonly events: MemberLinkEvents,
  ) {
    void this.open();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    this.connection?.close();
    this.connection = undefined;
  }

  private async open(): Promise<void> {
    const { host, port } = this.member;
    try {
      const connection = await WireConnection.open(
        { ...this.options, host, port },
        {
          onReadable: () => this.events.onReadable(connection),
          onClosed: (error) => this.lost(error),
        },
      );
      if (this.closed) return connection.close();
      this.connection = connection;
      this.retryMs = FIRST_RETRY_MS;
      this.events.onConnected(this.member);
    } catch (error) {
      this.lost(error as NearscoreError);
    }
  }

  private lost(error: NearscoreError): void {
    this.connection = undefined;
    if (this.closed) return;
    this.events.onTrouble(this.member, error);
    this.retry = setTimeout(() => void this.open(), this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
  }
}
