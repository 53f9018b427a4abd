import { loadLocalClusterConfig } from '@nearscore/config';
import { freePort, hazelcastJar, memberCommand, type ProcessSpec } from '@nearscore/local-cluster';
import { print } from '../results/print';
import { logPath } from './log-path';
import { type StageOptions } from './stage-options';

// Two record maps and their journals, where a local cluster usually has one at such a rate.
const HEAP_MB = 2048;

export interface MemberAddress {
  /** host:port */
  readonly address: string;
  readonly clusterName: string;
}

export interface Member extends MemberAddress {
  readonly spec: ProcessSpec;
}

/** A single member with the flags, the heap and deploy/hazelcast.yaml of a local cluster, not yet started. */
export async function memberSpec(
  name: string,
  { partitions, collector }: Pick<StageOptions, 'partitions' | 'collector'>,
  properties: Readonly<Record<string, string>> = {},
): Promise<Member> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const clusterName = `bench-${process.pid}-${name}`;
  const spec = memberCommand({
    name: `bench-${name}`,
    jar: await hazelcastJar((what) => print(`  fetching ${what}`)),
    java: loadLocalClusterConfig().java,
    port,
    clusterName,
    members: [address],
    heapMb: HEAP_MB,
    logPath: logPath(name),
    properties: { 'hazelcast.partition.count': String(partitions), ...properties },
    ...(collector === 'g1' ? { javaFlags: ['-XX:+UseG1GC'] } : {}),
  });
  return { address, clusterName, spec };
}
