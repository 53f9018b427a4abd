import { type Client, type IMap } from 'hazelcast-client';
import { type Deployment, REGISTRY_MAPS, type Rollout, type StreamRollouts } from '@nearscore/registry';
import { eventually } from '@nearscore/testkit';
import { type RolloutFact } from '../history/rollout-fact';

export interface DeploymentObserver {
  tell(fact: RolloutFact): void;
  /** All nodes score with this epoch now. */
  settled(epoch: number): void;
}

/** Listeners tell sooner, as a rule. Asked more often, it would be felt in what is measured. */
const LOOK_EVERY_MS = 250;

type Listener = (rollout: Rollout) => void;

/** States in which all nodes have said that they score with the rollout's epoch. */
const SETTLED: ReadonlySet<string> = new Set(['holding', 'completed', 'rolled-back']);

/** What a stream's entries of nearscore.deployments and nearscore.rollouts say, as any grid client reads them. */
export class DeploymentWatch {
  private readonly told = new Set<string>();
  private readonly listeners = new Set<Listener>();
  private known = 0;
  private looking: Promise<void> | undefined;

  private constructor(
    private readonly stream: string,
    private readonly deployments: IMap<string, Deployment>,
    private readonly rollouts: IMap<string, StreamRollouts>,
    private readonly observer: DeploymentObserver,
  ) {}

  static async open(client: Client, stream: string, observer: DeploymentObserver): Promise<DeploymentWatch> {
    const deployments = await client.getMap<string, Deployment>(REGISTRY_MAPS.deployments);
    const rollouts = await client.getMap<string, StreamRollouts>(REGISTRY_MAPS.rollouts);
    const watch = new DeploymentWatch(stream, deployments, rollouts, observer);
    await watch.listen();
    await watch.look();
    return watch;
  }

  /** Before a prediction of this epoch is judged: the entry as it is now, when the epoch is a new one. */
  learn(epoch: number): Promise<void> | undefined {
    if (epoch <= this.known) return undefined;
    return (this.looking ??= this.lookAtDeployment().finally(() => (this.looking = undefined)));
  }

  /** Calls back, at once, with every state that is seen. Returns what ends it. */
  onRollout(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The entry of a rollout, as soon as it is as asked. */
  async until(id: string, isSo: (rollout: Rollout) => boolean, timeoutMs = 60_000): Promise<Rollout> {
    let end = (): void => undefined;
    const heard = new Promise<Rollout>((resolve) => {
      end = this.onRollout((rollout) => void (rollout.id === id && isSo(rollout) && resolve(rollout)));
    });
    const found = eventually(
      async () => {
        const rollout = await this.rollout(id);
        if (!rollout || !isSo(rollout)) throw new Error(`rollout ${id} is ${JSON.stringify(rollout)}`);
        return rollout;
      },
      { timeoutMs, everyMs: LOOK_EVERY_MS },
    );
    return Promise.race([heard, found]).finally(end);
  }

  async rollout(id: string): Promise<Rollout | undefined> {
    const stored = await this.rollouts.get(this.stream);
    return stored?.rollouts.find((it) => it.id === id);
  }

  async deployment(): Promise<Deployment> {
    const stored = await this.deployments.get(this.stream);
    if (!stored) throw new Error(`${this.stream} is not deployed`);
    return stored;
  }

  private async listen(): Promise<void> {
    const deployed = ({ key, value }: { key: string; value: Deployment | null }): void => {
      if (key === this.stream && value) this.deployed(value);
    };
    await this.deployments.addEntryListener({ added: deployed, updated: deployed }, undefined, true);
    const rolled = ({ key, value }: { key: string; value: StreamRollouts | null }): void => {
      if (key === this.stream && value) this.rolled(value);
    };
    await this.rollouts.addEntryListener({ added: rolled, updated: rolled }, undefined, true);
  }

  /** What a listener, which is best effort, may have passed over. */
  async look(): Promise<void> {
    await this.lookAtDeployment();
    const stored = await this.rollouts.get(this.stream);
    if (stored) this.rolled(stored);
  }

  private async lookAtDeployment(): Promise<void> {
    const stored = await this.deployments.get(this.stream);
    if (stored) this.deployed(stored);
  }

  private deployed({ epoch, model, version, candidate, sha256, updatedAt }: Deployment): void {
    if (epoch <= this.known) return;
    this.known = epoch;
    const split = candidate?.mode === 'split' ? candidate : null;
    const live = { model, version };
    const facts = { epoch, live, candidate: split, sha256: sha256 ?? null, committedAt: updatedAt };
    this.observer.tell({ type: 'deployed', ...facts });
  }

  private rolled({ rollouts }: StreamRollouts): void {
    for (const rollout of [...rollouts].reverse()) {
      const { id, state, step, epoch, changedAt } = rollout;
      const name = `${id} ${state} ${step}`;
      if (this.told.has(name)) continue;
      this.told.add(name);
      this.observer.tell({ type: 'rollout', id, state, step });
      for (const listener of [...this.listeners]) listener(rollout);
      if (!SETTLED.has(state)) continue;
      this.observer.tell({ type: 'settled', epoch, settledAt: changedAt });
      this.observer.settled(epoch);
    }
  }
}
