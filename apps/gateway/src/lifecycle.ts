import { type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';

/** Stops in order: new requests are refused, those under way end, then the connections close in the order given. */
export class Lifecycle implements OnModuleDestroy, OnApplicationShutdown {
  private stopping = false;

  constructor(private readonly connections: readonly { close(): void | Promise<void> }[]) {}

  get isStopping(): boolean {
    return this.stopping;
  }

  /** Nest calls it first. */
  onModuleDestroy(): void {
    this.stopping = true;
  }

  /** Nest calls it when the last request has its answer and the server is closed. */
  async onApplicationShutdown(): Promise<void> {
    for (const connection of this.connections) await connection.close();
  }
}
