import { BackgroundTask } from '@nearscore/background';
import { messageOf } from '@nearscore/errors';
import { type Logger } from '@nearscore/logging';
import { type FeatureField, featureFields } from '@nearscore/records';
import { type Deployment, parseName } from '@nearscore/registry';
import { type GridConnection } from '../grid/grid-connection';
import { type GridSession } from '../grid/grid-session';
import { StreamNotFoundError } from './stream.errors';

const POLL_INTERVAL_MS = 2_000;

/** A stream as it is deployed, with the record type that its model declares. */
export interface StreamDefinition {
  readonly deployment: Deployment;
  readonly fields: readonly FeatureField[];
}

/**
 * The streams as this gateway knows them, so that a record is typed without a call to the grid. Changes come by listener,
 * and by polling where an event was lost; a stream that is not known is asked for before it counts as missing.
 */
export class StreamCatalog {
  private readonly definitions = new Map<string, StreamDefinition>();
  private readonly refreshing: BackgroundTask;

  constructor(
    private readonly connection: GridConnection,
    private readonly logger: Logger,
  ) {
    this.refreshing = new BackgroundTask(
      () => this.refresh(),
      POLL_INTERVAL_MS,
      (error) => this.failed(error),
    );
    connection.onOpened((session) => this.follow(session));
  }

  /** StreamNotFoundError when no model is deployed to it. */
  async get(stream: string): Promise<StreamDefinition> {
    const known = this.definitions.get(parseName(stream, 'stream'));
    if (known !== undefined) return known;
    const deployment = await this.connection.session().deployments.get(stream);
    if (deployment === undefined) throw new StreamNotFoundError(stream);
    return this.learn(deployment);
  }

  /** Takes a deployment in at once; an older one than the known is ignored. */
  async learn(deployment: Deployment): Promise<StreamDefinition> {
    const definition = await this.define(deployment);
    const known = this.definitions.get(deployment.stream);
    if (known !== undefined && isOlder(deployment, known.deployment)) return known;
    this.definitions.set(deployment.stream, definition);
    return definition;
  }

  /** Names of the streams that are known. */
  names(): string[] {
    return [...this.definitions.keys()];
  }

  close(): void {
    void this.refreshing.stop();
  }

  private follow(session: GridSession): void {
    session.deployments
      .onChanged(() => this.refreshing.soon())
      .catch((error: unknown) => {
        this.logger.warn({ reason: messageOf(error) }, 'deployments are followed by polling only');
      });
    this.refreshing.start();
  }

  private async refresh(): Promise<void> {
    const deployments = await this.connection.session().deployments.look(POLL_INTERVAL_MS / 2);
    this.forgetOthers(deployments);
    await Promise.all(deployments.filter((one) => this.isNews(one)).map((one) => this.learn(one)));
  }

  private failed(error: unknown): void {
    this.logger.warn({ reason: messageOf(error) }, 'deployments could not be read; those known stay in force');
  }

  // A grid that was emptied begins with epoch 1 again: what is not listed must not outlive it.
  private forgetOthers(deployments: readonly Deployment[]): void {
    const listed = new Map(deployments.map((deployment) => [deployment.stream, deployment.epoch]));
    for (const [stream, { deployment }] of this.definitions) {
      if ((listed.get(stream) ?? 0) < deployment.epoch) this.definitions.delete(stream);
    }
  }

  private isNews({ stream, epoch, updatedAt }: Deployment): boolean {
    const known = this.definitions.get(stream)?.deployment;
    return known?.epoch !== epoch || known.updatedAt !== updatedAt;
  }

  private async define(deployment: Deployment): Promise<StreamDefinition> {
    const version = await this.connection.session().models.get(deployment.model, deployment.version);
    return { deployment, fields: featureFields(version.config) };
  }
}

/** Settings change without an epoch of their own. */
function isOlder(a: Deployment, b: Deployment): boolean {
  return a.epoch < b.epoch || (a.epoch === b.epoch && a.updatedAt < b.updatedAt);
}
