import { Logger } from '@nestjs/common';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import {
  connectGrid,
  type ConsumerBatch,
  type ConsumerOptions,
  type ConsumerReset,
  type Grid,
  type RunningConsumer,
  startConsumer,
} from '@nearscore/grid';
import { NoHandlerError } from './grid-transport.errors';
import { type TransportGridOptions, toGridOptions } from './grid-connection';
import { settled } from './handler-result';
import { JournalLog } from './journal-log';
import { JournalContext } from './journal-context';
import { decodeEvents, type ValueDecoder } from './journal-event';
import { followedMaps, JOURNAL, resetOf } from './journal-pattern';

export interface JournalServerOptions extends Omit<ConsumerOptions, 'maps' | 'name' | 'tls'> {
  readonly grid: TransportGridOptions;
  /** Decodes values of maps that are not `predictions.…`. Default: their bytes as they lie in the grid. */
  readonly decodeValue?: ValueDecoder;
}

/**
 * A Nest transport for apps that listen to maps of the grid: a handler marked `@EventPattern('predictions.fraud')` gets the
 * changes of that map as batches of PredictionEvent (of other maps: MapEvent), at least once and in order per key. Processes with the
 * same `group` share the partitions, and go on where the group was. A handler that rejects gets the same batch again.
 *
 * `listen` fails with EVENT_PATTERN_REFUSED, NO_EVENT_HANDLER, CONSUMER_OPTIONS_INVALID, MAP_WITHOUT_JOURNAL, GRID_UNAVAILABLE.
 */
export class JournalServer extends Server implements CustomTransportStrategy {
  override transportId = JOURNAL;
  protected override readonly logger = new Logger(JournalServer.name);
  private grid: Grid | undefined;
  private consumer: RunningConsumer | undefined;

  constructor(private readonly options: JournalServerOptions) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    this.start().then(
      () => callback(),
      (error: unknown) => callback(error),
    );
  }

  /** Waits for the batches that are being handled, stores the positions and gives the partitions back. */
  async close(): Promise<void> {
    await this.consumer?.close();
    await this.grid?.close();
    this.consumer = this.grid = undefined;
  }

  on(): never {
    throw new Error('JournalServer has no events of its own');
  }

  /** The consumer: `unwrap<RunningConsumer>().status()` tells what it holds. */
  unwrap<T>(): T {
    return this.consumer as T;
  }

  private async start(): Promise<void> {
    const { grid: gridOptions, ...options } = this.options;
    const maps = followedMaps(this.eventRoutes());
    this.grid = await connectGrid(toGridOptions(gridOptions, this.logger));
    const consumerOptions = { ...options, maps, name: gridOptions.clientName, tls: gridOptions.tls };
    const log = new JournalLog(this.logger);
    try {
      this.consumer = await startConsumer(
        this.grid,
        consumerOptions,
        { batch: (batch) => this.handBatch(batch), reset: (reset) => this.handReset(reset) },
        (news) => log.take(news),
      );
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  private eventRoutes(): string[] {
    return [...this.getHandlers()].filter(([, { isEventHandler }]) => isEventHandler).map(([route]) => route);
  }

  private async handBatch({ map, parts, isRedelivery }: ConsumerBatch): Promise<void> {
    const { events, foreign } = decodeEvents(map, parts, this.options.decodeValue);
    if (foreign > 0) this.logger.warn(`${foreign} values of ${map} are no predictions; they are left out`);
    const partitions = parts.map(({ partition }) => partition);
    if (events.length > 0) await this.call(map, events, new JournalContext(map, partitions, isRedelivery));
  }

  private async handReset(reset: ConsumerReset): Promise<void> {
    const route = this.normalizePattern(resetOf(reset.map));
    if (!this.getHandlers().has(route)) return;
    await this.call(route, reset, new JournalContext(reset.map, reset.partitions, false));
  }

  private async call(route: string, data: unknown, context: JournalContext): Promise<void> {
    const handler = this.getHandlers().get(route);
    if (!handler) throw new NoHandlerError(route);
    await settled(handler(data, context));
  }
}
