import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { connectGrid, type Grid, type GridMap, type ReconnectEvent } from '@nearscore/grid';
import {
  eventually,
  startCluster,
  startMember,
  type TestCluster,
  type TestMember,
  uniqueName,
} from '@nearscore/testkit';

jest.setTimeout(60_000);

const connect = (members: readonly TestMember[], operationTimeoutMs?: number): Promise<Grid> =>
  connectGrid({
    members: members.map(({ address }) => address),
    clusterName: members[0]?.clusterName ?? '',
    clientName: 'grid-failures-test',
    operationTimeoutMs,
  });

const outcomeOf = (write: Promise<unknown>): Promise<string> =>
  write.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

const everyWrite = (map: GridMap<unknown>): Promise<unknown>[] => [
  map.set('set', { n: 2 }),
  map.setAll([
    ['a', { n: 2 }],
    ['b', { n: 2 }],
  ]),
  map.setIfAbsent('absent', { n: 2 }),
  map.replaceIfSame('same', { n: 1 }, { n: 2 }),
  map.delete('gone'),
  map.clear(),
];

/** Stops the member's threads; under load that takes a moment, and some writes would still be answered. */
async function pause(member: TestMember): Promise<void> {
  const probe = await connect([member], 200);
  const map = await probe.jsonMap('nearscore.pause');
  member.signal('SIGSTOP');
  await eventually(async () => expect(await outcomeOf(map.set('k', 1))).toBe('WRITE_OUTCOME_UNKNOWN'));
  await probe.close();
}

describe('a member that dies', () => {
  let member: TestMember;
  let restarted: TestMember | undefined;
  let grid: Grid;
  let map: GridMap<unknown>;
  const reconnects: ReconnectEvent[] = [];

  beforeAll(async () => {
    member = await startMember();
    grid = await connect([member]);
    grid.onReconnect((event) => reconnects.push(event));
    map = await grid.jsonMap(uniqueName('nearscore.failures'));
    await map.set('same', { n: 1 });
  });

  afterAll(async () => {
    await grid?.close();
    await member?.stop();
    await restarted?.stop();
  });

  it('makes every write that it did not answer unknown, never done and never failed', async () => {
    const records = await grid.recordMap(map.name);
    await pause(member);
    const outcomes = everyWrite(map).map(outcomeOf);
    const ofRecords = [records.delete('k'), records.setJson('k', {})].map(outcomeOf);
    await member.kill();
    expect(await Promise.all([...outcomes, ...ofRecords])).toEqual(
      Array.from({ length: 8 }, () => 'WRITE_OUTCOME_UNKNOWN'),
    );
  });

  it('makes later calls fail at once, as not sent', async () => {
    await eventually(() => expect(grid.isConnected()).toBe(false));
    await expect(map.set('k', 1)).rejects.toMatchObject({ code: 'GRID_UNAVAILABLE', retriable: true });
    await expect(map.get('k')).rejects.toMatchObject({ code: 'GRID_UNAVAILABLE' });
  });

  it('is found again when it is back, and known to hold nothing of what was in it', async () => {
    restarted = await startMember({ port: member.port, clusterName: member.clusterName });
    await eventually(() => expect(grid.isConnected()).toBe(true), { timeoutMs: 20_000 });
    await eventually(() => expect(reconnects).toEqual([{ restarted: true }]));
    expect(await map.get('same')).toBeUndefined();
    await map.set('same', { n: 3 });
    expect(await map.get('same')).toEqual({ n: 3 });
  });
});

describe('a connection that is lost while the member lives', () => {
  let member: TestMember;
  let grid: Grid;
  let relay: Server;
  const relayed: Socket[] = [];

  beforeAll(async () => {
    member = await startMember();
    relay = createServer((socket) => {
      const onward = connectTcp(member.port, member.host);
      relayed.push(socket, onward);
      for (const end of [socket, onward]) end.on('error', () => undefined);
      socket.pipe(onward).pipe(socket);
    });
    await once(relay.listen(0, '127.0.0.1'), 'listening');
    const address = `127.0.0.1:${(relay.address() as AddressInfo).port}`;
    grid = await connectGrid({ members: [address], clusterName: member.clusterName, clientName: 'grid-failures-test' });
  });

  afterAll(async () => {
    await grid?.close();
    for (const socket of relayed) socket.destroy();
    relay?.close();
    await member?.stop();
  });

  it('is told of as back, with all that was in the grid', async () => {
    const reconnects: ReconnectEvent[] = [];
    grid.onReconnect((event) => reconnects.push(event));
    const map = await grid.jsonMap(uniqueName('nearscore.failures'));
    await map.set('k', 1);
    // From here on only what the client learned of the members leads to one.
    relay.close();
    for (const socket of relayed) socket.destroy();
    await eventually(() => expect(reconnects).toEqual([{ restarted: false }]));
    expect(await map.get('k')).toBe(1);
  });
});

describe('a member that hangs', () => {
  let member: TestMember;
  let grid: Grid;
  let map: GridMap<unknown>;

  beforeAll(async () => {
    member = await startMember();
    grid = await connect([member], 500);
    map = await grid.jsonMap(uniqueName('nearscore.failures'));
    await map.set('k', 1);
    await pause(member);
  });

  afterAll(async () => {
    member?.signal('SIGCONT');
    await grid?.close();
    await member?.stop();
  });

  it('makes a write unknown after the operation timeout', async () => {
    const outcomes = await Promise.all(everyWrite(map).map(outcomeOf));
    expect(outcomes).toEqual(Array.from({ length: 6 }, () => 'WRITE_OUTCOME_UNKNOWN'));
  });

  it('makes a read fail, to be tried again', async () => {
    await expect(map.get('k')).rejects.toMatchObject({ code: 'GRID_UNAVAILABLE', retriable: true });
  });
});

describe('two members', () => {
  let cluster: TestCluster;
  let grid: Grid;
  let changes = 0;
  let joins = 0;

  beforeAll(async () => {
    cluster = await startCluster({ size: 1 });
    grid = await connect(cluster.members);
    await grid.partitions.ready();
    grid.partitions.onChanged(() => changes++);
    grid.onMembersChanged(() => joins++);
  });

  afterAll(async () => {
    cluster?.members[1]?.signal('SIGCONT');
    await grid?.close();
    await cluster?.stop();
  });

  it('are told when the second joins and takes its partitions over', async () => {
    expect([joins, changes]).toEqual([0, 0]);
    await cluster.add();
    await eventually(
      () => {
        expect(grid.members()).toHaveLength(2);
        const owners = Array.from({ length: grid.partitions.count() }, (_, p) => grid.partitions.ownerOf(p));
        expect(new Set(owners).size).toBe(2);
      },
      { timeoutMs: 30_000 },
    );
    expect(joins).toBe(1);
    await eventually(() => expect(changes).toBeGreaterThan(0));
  });

  it('make a write unknown whose backup does not answer', async () => {
    const map = await grid.jsonMap(uniqueName('nearscore.failures'));
    const [first, second] = cluster.members as [TestMember, TestMember];
    const owner = grid.members().find(({ port }) => port === first.port)?.uuid;
    const key = Array.from({ length: 1000 }, (_, n) => `key-${n}`).find(
      (candidate) => grid.partitions.ownerOf(grid.partitions.partitionOf(candidate)) === owner,
    ) as string;
    await map.set(key, 1);
    await pause(second);
    expect(await outcomeOf(map.set(key, 2))).toBe('WRITE_OUTCOME_UNKNOWN');
    second.signal('SIGCONT');
    await eventually(async () => expect(await outcomeOf(map.set(key, 3))).toBe('done'), { timeoutMs: 30_000 });
    expect(await map.get(key)).toBe(3);
  });
});
