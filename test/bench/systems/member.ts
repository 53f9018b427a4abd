import { loadLocalClusterConfig } from '@nearscore/config';
import { freePort, hazelcastJar, memberCommand, memberJavaFlags, type ProcessSpec } from '@nearscore/local-cluster';
import { print } from '../results/print';
import { logPath } from './log-path';
import { type StageOptions } from './stage-options';

// Two record maps and their journals in the member that Nearscore and plain writing share: a smaller heap would be collected in full every
// few seconds, and the other members, which hold less, would be compared with that.
export const HEAP_MB = 4096;

export interface MemberAddress {
  /** host:port */
  readonly address: string;
  readonly clusterName: string;
}

export interface Member extends MemberAddress {
  readonly spec: ProcessSpec;
}

type MemberSettings = Pick<StageOptions, 'partitions' | 'collector'>;

/** A single member with the flags, the heap and deploy/hazelcast.yaml of a local cluster, not yet started. */
export async function memberSpec(
  name: string,
  settings: MemberSettings,
  properties: Readonly<Record<string, string>> = {},
): Promise<Member> {
  const port = await freePort();
  return specOf({ name, port, cluster: { name, ports: [port] }, heapMb: HEAP_MB, properties }, settings);
}

/** Members of one cluster, to be started one after the other: each is ready when those before it are there, too. */
export async function clusterSpecs(
  name: string,
  size: number,
  settings: MemberSettings & { /** MiB of each. */ readonly heapMb: number },
): Promise<Member[]> {
  const ports: number[] = [];
  while (ports.length < size) ports.push(await freePort());
  const { heapMb } = settings;
  return Promise.all(
    ports.map((port, index) =>
      specOf(
        // Together they may be given more than the machine has: each takes what it uses.
        { name: `${name}-${index + 1}`, port, cluster: { name, ports }, heapMb, preTouch: false, readySize: index + 1 },
        settings,
      ),
    ),
  );
}

interface MemberPlace {
  readonly name: string;
  readonly port: number;
  readonly cluster: { readonly name: string; readonly ports: readonly number[] };
  /** MiB */
  readonly heapMb: number;
  readonly readySize?: number;
  readonly preTouch?: boolean;
  readonly properties?: Readonly<Record<string, string>>;
}

async function specOf(
  { name, port, cluster, heapMb, preTouch = true, readySize = 1, properties = {} }: MemberPlace,
  { partitions, collector }: MemberSettings,
): Promise<Member> {
  const clusterName = `bench-${process.pid}-${cluster.name}`;
  const spec = memberCommand({
    name: `bench-${name}`,
    jar: await hazelcastJar((what) => print(`  fetching ${what}`)),
    java: loadLocalClusterConfig().java,
    port,
    clusterName,
    members: cluster.ports.map(addressOf),
    readySize,
    heapMb,
    logPath: logPath(name),
    properties: { 'hazelcast.partition.count': String(partitions), ...properties },
    javaFlags: memberJavaFlags({ collector, preTouch }),
  });
  return { address: addressOf(port), clusterName, spec };
}

function addressOf(port: number): string {
  return `127.0.0.1:${port}`;
}
