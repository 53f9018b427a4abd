import { type SimRandom } from './engine/random';
import { type Placement } from './grid/sim-cluster';
import { type SimMember } from './grid/sim-member';
import { type Site } from './site';

/** Gives partitions without a backup one, and members their share: one migration after the other, as the grid does. */
export class Balancer {
  private awake = false;

  constructor(private readonly site: Site) {
    site.cluster.onChanged(() => this.wake());
  }

  wake(): void {
    if (this.awake) return;
    this.awake = true;
    this.site.world.after(this.site.world.random.between(50, 400), () => {
      this.awake = false;
      this.step();
    });
  }

  /** A migration that nothing asked for. */
  moveOne(random: SimRandom): boolean {
    const { cluster } = this.site;
    const partition = random.below(cluster.table.length);
    const placement = cluster.table[partition];
    const to = random.pick(cluster.alive.filter(({ id }) => id !== placement?.primary));
    if (!placement || !to || !cluster.isAlive(placement.primary)) return false;
    cluster.migrate(partition, { primary: to.id, backup: placement.primary });
    return true;
  }

  private step(): void {
    const { cluster } = this.site;
    const { alive } = cluster;
    const bare = cluster.table.findIndex((placement) => alive.length > 1 && this.lacksBackup(placement));
    if (bare >= 0) return this.addBackup(bare, alive);
    this.even(alive);
  }

  private lacksBackup({ primary, backup }: Placement): boolean {
    return backup === undefined && this.site.cluster.isAlive(primary);
  }

  private addBackup(partition: number, alive: readonly SimMember[]): void {
    const { table } = this.site.cluster;
    const primary = table[partition]?.primary ?? '';
    const others = alive.filter(({ id }) => id !== primary);
    const backup = others[partition % others.length]?.id;
    this.site.cluster.migrate(partition, { primary, backup });
  }

  private even(alive: readonly SimMember[]): void {
    const { cluster } = this.site;
    const loads = new Map(alive.map(({ id }) => [id, 0]));
    for (const { primary } of cluster.table) loads.set(primary, (loads.get(primary) ?? 0) + 1);
    const byLoad = [...alive].sort((a, b) => (loads.get(a.id) ?? 0) - (loads.get(b.id) ?? 0));
    const [least, most] = [byLoad[0], byLoad[byLoad.length - 1]];
    if (!least || !most || (loads.get(most.id) ?? 0) - (loads.get(least.id) ?? 0) < 2) return;
    const partition = cluster.table.findIndex(({ primary }) => primary === most.id);
    cluster.migrate(partition, { primary: least.id, backup: most.id });
  }
}
