import { OnApplicationShutdown } from '@nestjs/common';

/** Nest calls it when the HTTP server is closed. */
export class NodeLifecycle implements OnApplicationShutdown {
  constructor(private readonly node: { stop(): Promise<void> }) {}

  onApplicationShutdown(): Promise<void> {
    return this.node.stop();
  }
}
