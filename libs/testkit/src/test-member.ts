import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { loadLocalClusterConfig } from '@nearscore/config';
import { hazelcastJar, memberCommand, projectPath } from '@nearscore/local-cluster';
import { freePort } from './free-port';
import { startProcess, testLogPath, type TestProcess } from './test-process';
import { uniqueName } from './unique-name';

export interface MemberSettings {
  /** Default 31: a small cluster is up sooner. */
  partitionCount?: number;
  /**
   * Maps beside those of deploy/hazelcast.yaml, as Hazelcast's YAML writes them:
   * `{ 'features.small-1f': { 'event-journal': { enabled: true, capacity: 620 } } }`. An exact name wins over `features.*`.
   */
  mapConfig?: Readonly<Record<string, unknown>>;
  /** Default: one that no other test uses. */
  clusterName?: string;
  /** MiB, default 256. */
  heapMb?: number;
  /** Further Java system properties, `hazelcast.…`. */
  properties?: Readonly<Record<string, string>>;
  /** Default: a free one. */
  port?: number;
}

export interface TestMember extends TestProcess {
  readonly host: string;
  readonly port: number;
  /** host:port */
  readonly address: string;
  readonly clusterName: string;
}

export interface TestCluster {
  readonly clusterName: string;
  /** All that were ever in it, in the order of their start. */
  readonly members: readonly TestMember[];
  /** Another member, in the cluster when this resolves. */
  add(): Promise<TestMember>;
  /** Stops all of them. */
  stop(): Promise<void>;
}

const STOCK_ADDRESS = '127.0.0.1:5701';

/** C1 alone and a serial collector: half the start time, and no need of speed. */
const TEST_JAVA_FLAGS = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-XX:-UsePerfData'];

/** The member's classes as `npm test` has archived them, which halves it once more; a Java that cannot use them goes without. */
function archiveFlags(): string[] {
  const archive = process.env.MEMBER_CLASS_ARCHIVE;
  return archive ? [`-XX:SharedArchiveFile=${archive}`] : [];
}

/** A real member, ready, alone in its cluster, on a free port. Stop it in `afterAll`. */
export async function startMember(settings: MemberSettings = {}): Promise<TestMember> {
  const clusterName = settings.clusterName ?? uniqueName('test');
  return launch({ ...settings, clusterName }, [], 1);
}

/** `size` members (default 2) of one cluster, started one after the other, so that they find each other at once. */
export async function startCluster(settings: MemberSettings & { size?: number } = {}): Promise<TestCluster> {
  const { size = 2, clusterName = uniqueName('test'), ...rest } = settings;
  const members: TestMember[] = [];
  const running = (): TestMember[] => members.filter((member) => member.isRunning());
  const add = async (): Promise<TestMember> => {
    const others = running().map((member) => member.address);
    const member = await launch({ ...rest, clusterName }, others, others.length + 1);
    members.push(member);
    return member;
  };
  const stop = async (): Promise<void> => void (await Promise.all(members.map((member) => member.stop())));
  try {
    for (let index = 0; index < size; index++) await add();
  } catch (error) {
    await stop();
    throw error;
  }
  return { clusterName, members, add, stop };
}

async function launch(
  settings: MemberSettings & { clusterName: string },
  others: readonly string[],
  readySize: number,
): Promise<TestMember> {
  const port = settings.port ?? (await freePort());
  const address = `127.0.0.1:${port}`;
  const spec = memberCommand({
    name: `member-${port}`,
    jar: await hazelcastJar(() => undefined),
    java: loadLocalClusterConfig().java,
    port,
    clusterName: settings.clusterName,
    members: [address, ...others],
    heapMb: settings.heapMb ?? 256,
    logPath: testLogPath(`member-${port}`),
    readySize,
    configPath: await configFor(address, settings.mapConfig),
    properties: {
      'hazelcast.partition.count': String(settings.partitionCount ?? 31),
      ...settings.properties,
    },
    javaFlags: [...TEST_JAVA_FLAGS, ...archiveFlags()],
  });
  return { ...(await startProcess(spec)), host: '127.0.0.1', port, address, clusterName: settings.clusterName };
}

/** The stock configuration of a member of this address, or one that imports it and adds maps: JSON is YAML. */
async function configFor(address: string, maps: MemberSettings['mapConfig']): Promise<string> {
  const path = `${testLogPath('hazelcast')}.yaml`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await stockConfig(address));
  if (maps === undefined) return path;
  const withMaps = `${testLogPath('hazelcast')}.yaml`;
  await writeFile(withMaps, JSON.stringify({ hazelcast: { import: [path], map: maps } }));
  return withMaps;
}

/** deploy/hazelcast.yaml names a member at 5701, too, which one of a test would look for in vain, for a second. */
async function stockConfig(address: string): Promise<string> {
  const stock = await readFile(projectPath('deploy', 'hazelcast.yaml'), 'utf8');
  const own = stock.replace(`- ${STOCK_ADDRESS}\n`, `- ${address}\n`);
  if (own === stock) throw new Error(`deploy/hazelcast.yaml does not name ${STOCK_ADDRESS}`);
  return own;
}
