import { type FailureCluster } from './cluster/failure-cluster';

/** The sum over all nodes that run of a metric's series with these labels. A node that was started again counts anew. */
export async function metricSum(
  cluster: FailureCluster,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const nodes = cluster.hosts.filter((host) => host.isUp('node'));
  const texts = await Promise.all(nodes.map(async ({ nodeUrl }) => (await fetch(`${nodeUrl}/metrics`)).text()));
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith(`${name}{`) && wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.split(' ').pop()), 0);
}
