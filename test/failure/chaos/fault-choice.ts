import { type FailureCluster } from '../cluster/failure-cluster';
import { type Fault } from '../faults/fault';
import { emptied, joined, killed, left, paused, stopped } from '../faults/host-faults';
import { type SeededRandom } from '../seeded-random';

export interface GridRestart {
  whenDead(): void;
  whenBack(): Promise<void>;
}

/** The last host of a cluster comes and goes; the others are always there when no fault is under way. */
const SPARE = 4;
const LONGEST_PAUSE_MS = 12_000;

type Choice = (cluster: FailureCluster, random: SeededRandom, restart: GridRestart) => Fault;

const host: (cluster: FailureCluster, random: SeededRandom) => FailureCluster['first'][number] = ({ first }, random) =>
  random.pick(first);

/** What may happen, and how often against the others. */
const CHOICES: readonly (readonly [weight: number, Choice])[] = [
  [4, (cluster, random) => killed(cluster, host(cluster, random), ['node'])],
  [4, (cluster, random) => killed(cluster, host(cluster, random), ['member'])],
  [3, (cluster, random) => killed(cluster, host(cluster, random), ['member', 'node'])],
  [4, (cluster, random) => paused(host(cluster, random), 'node', Math.round(random.next() * LONGEST_PAUSE_MS))],
  [2, (cluster, random) => stopped(cluster, host(cluster, random), ['node'])],
  [2, (cluster, random) => stopped(cluster, host(cluster, random), ['node', 'member'])],
  [3, (cluster) => comeOrGo(cluster)],
  [1, (cluster, _random, { whenDead, whenBack }) => emptied(cluster, whenDead, whenBack)],
];

/** The next fault: the same for the same seed, as far as the faults before it ended alike. */
export function nextFault(cluster: FailureCluster, random: SeededRandom, restart: GridRestart): Fault {
  const total = CHOICES.reduce((sum, [weight]) => sum + weight, 0);
  let at = random.below(total);
  for (const [weight, choice] of CHOICES) {
    if (at < weight) return choice(cluster, random, restart);
    at -= weight;
  }
  throw new Error('the weights do not add up');
}

function comeOrGo(cluster: FailureCluster): Fault {
  const spare = cluster.host(SPARE);
  return spare.isUp('member') ? left(spare) : joined(cluster, spare);
}
