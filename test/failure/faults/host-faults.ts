import { setTimeout as delay } from 'node:timers/promises';
import { type FailureCluster } from '../cluster/failure-cluster';
import { type FailureHost, type Part } from '../cluster/failure-host';
import { type Fault } from './fault';

const NOTHING = (): Promise<void> => Promise.resolve();

/** kill -9 of a host's node, of its member, or of both at once; then they are started again. */
export function killed(cluster: FailureCluster, host: FailureHost, parts: readonly Part[]): Fault {
  return {
    name: `kill -9 of ${parts.map((part) => host.nameOf(part)).join(' and ')}`,
    inject: async () => void (await Promise.all(parts.map((part) => host.kill(part)))),
    restore: () => started(cluster, host, parts),
  };
}

/** SIGTERM, the node first; then they are started again. */
export function stopped(cluster: FailureCluster, host: FailureHost, parts: readonly Part[]): Fault {
  return {
    name: `graceful stop of ${parts.map((part) => host.nameOf(part)).join(' and ')}`,
    inject: async () => {
      for (const part of parts) await host.stop(part);
    },
    restore: () => started(cluster, host, parts),
  };
}

/** SIGSTOP for so long, then SIGCONT: what wakes up then does not know how late it is. */
export function paused(host: FailureHost, part: Part, forMs: number): Fault {
  return {
    name: `SIGSTOP of ${host.nameOf(part)} for ${(forMs / 1000).toFixed(1)} s, then SIGCONT`,
    inject: async () => {
      host.pause(part);
      await delay(forMs);
      host.resume(part);
    },
    restore: NOTHING,
  };
}

export function joined(cluster: FailureCluster, host: FailureHost): Fault {
  return {
    name: `join of ${host.nameOf('member')} and ${host.nameOf('node')}`,
    inject: () => started(cluster, host, ['node', 'member']),
    restore: NOTHING,
  };
}

export function left(host: FailureHost): Fault {
  return {
    name: `graceful stop of ${host.nameOf('node')} and ${host.nameOf('member')} for good`,
    inject: async () => {
      for (const part of ['node', 'member'] as const) await host.stop(part);
    },
    restore: NOTHING,
  };
}

/** All members die at once and come back empty, while the nodes live. */
export function emptied(cluster: FailureCluster, whenDead: () => void, whenBack: () => Promise<void>): Fault {
  const alive = (): FailureHost[] => cluster.hosts.filter((host) => host.isUp('member'));
  return {
    name: 'whole grid restarted empty',
    inject: async () => {
      const hosts = alive();
      await Promise.all(hosts.map((host) => host.kill('member')));
      whenDead();
      await cluster.startMembers(hosts);
      await whenBack();
    },
    restore: NOTHING,
  };
}

async function started(cluster: FailureCluster, host: FailureHost, parts: readonly Part[]): Promise<void> {
  if (parts.includes('member')) await cluster.startMember(host);
  if (parts.includes('node')) await host.startNode();
}
