import { Balancer } from './balancer';
import { SimNode } from './node/sim-node';
import { type Site } from './site';

const MOST_HOSTS = 4;

/** The nodes of all hosts, and who starts them again. */
export class Staff {
  readonly nodes: SimNode[] = [];
  readonly balancer: Balancer;
  private lives = 0;
  private hosts: number;
  private spareHosts: number;

  constructor(private readonly site: Site) {
    this.balancer = new Balancer(site);
    this.hosts = site.knobs.members;
    this.spareHosts = site.knobs.spareHosts;
  }

  start(): void {
    for (let host = 0; host < this.hosts; host++) this.startNodesAt(host);
  }

  get running(): SimNode[] {
    return this.nodes.filter(({ alive, stopping }) => alive && !stopping);
  }

  killAndRestart(node: SimNode, afterMs: number): void {
    node.kill();
    this.restartLater(node, afterMs);
  }

  stopAndRestart(node: SimNode, afterMs: number): void {
    node.stop();
    this.restartLater(node, afterMs);
  }

  killAllAt(host: number, restartAfterMs: number): void {
    for (const node of this.running) if (node.host === host) this.killAndRestart(node, restartAfterMs);
  }

  joinHost(): boolean {
    if (this.spareHosts === 0 || this.hosts >= MOST_HOSTS) return false;
    this.spareHosts--;
    const host = this.hosts++;
    this.site.cluster.addMember(host);
    this.balancer.wake();
    if (this.site.world.random.chance(0.7)) this.startNodesAt(host);
    return true;
  }

  /** Everything in the grid is gone, the nodes live on. */
  restartGrid(): boolean {
    this.site.cluster.restartEmpty();
    this.site.registry.clear();
    this.site.parked.clear();
    return true;
  }

  private startNodesAt(host: number): void {
    for (let n = 0; n < this.site.knobs.nodesPerHost; n++) this.startNode(`node-${host}${'ab'[n]}`, host);
  }

  private startNode(id: string, host: number): void {
    this.site.world.note('NODE', id);
    this.nodes.push(new SimNode(this.site, id, host, ++this.lives));
  }

  /** The next life of a process begins when the last one is over. */
  private restartLater(node: SimNode, afterMs: number): void {
    this.site.world.after(afterMs, () => {
      if (node.alive) return this.restartLater(node, 500);
      this.nodes.splice(this.nodes.indexOf(node), 1);
      this.startNode(node.id, node.host);
    });
  }
}
