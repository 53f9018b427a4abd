import { type World } from '../engine/world';

/** What nodes read of the entry in nearscore.deployments. */
export interface SimDeployment {
  readonly epoch: number;
  /** Predictions of an older epoch are to be made again. */
  readonly rescoreBefore: number | undefined;
}

const RESCORE_SHARE = 0.8;

/** What is deployed for all streams, and who changes it. */
export class SimDeployments {
  current: SimDeployment = { epoch: 1, rescoreBefore: undefined };

  constructor(private readonly world: World) {}

  /** Deploys something else so many times within the next `withinMs`. */
  start(times: number, withinMs: number): void {
    if (times === 0) return;
    const random = this.world.random.fork();
    for (let n = 0; n < times; n++) {
      this.world.after(random.between(0, withinMs), () => this.deploy(random.chance(RESCORE_SHARE)));
    }
  }

  private deploy(rescore: boolean): void {
    const epoch = this.current.epoch + 1;
    this.current = { epoch, rescoreBefore: rescore ? epoch : this.current.rescoreBefore };
    this.world.note('DEPLOYED', epoch, rescore ? 'rescore' : '');
  }
}
