import { type Server } from 'node:http';
import { type Socket } from 'node:net';
import { type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';

/** Stops in order: new requests are refused, those under way end, then the connections close in the order given. */
export class Lifecycle implements OnModuleDestroy, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private closeClients: () => void = () => undefined;
  private readonly sockets = new Set<Socket>();

  /**
   * @param connections closed last, in this order
   * @param stopTimeoutMs after it connections of clients are closed, whatever is under way on them
   */
  constructor(
    private readonly connections: readonly { close(): void | Promise<void> }[],
    private readonly stopTimeoutMs: number,
  ) {}

  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Aborted when the gateway begins to stop: answers without an end are to end now. */
  get stopSignal(): AbortSignal {
    return this.stopping.signal;
  }

  /** The server whose connections are closed when they do not end by themselves. */
  watch(server: Server): void {
    this.closeClients = () => server.closeAllConnections();
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** Nest calls it first. */
  onModuleDestroy(): void {
    this.stopping.abort();
    this.closeUnused();
    setTimeout(() => this.closeClients(), this.stopTimeoutMs).unref();
  }

  /** Connection pools open some in advance. A server that closes counts them as busy, and would wait for their first request. */
  private closeUnused(): void {
    for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  /** Nest calls it when the last request has its answer and the server is closed. */
  async onApplicationShutdown(): Promise<void> {
    for (const connection of this.connections) await connection.close();
  }
}
