import { type NearscoreError } from '@nearscore/errors';
import { eventually, FAKE_MEMBER_UUID, type FakeMember, startFakeMember } from '@nearscore/testkit';
import { MemberLink } from './member-link';
import { WIRE_DEFAULTS } from './wire-connection';

const OPTIONS = { ...WIRE_DEFAULTS, clusterName: 'fake', clientName: 'test' };

let member: FakeMember;
let link: MemberLink | undefined;
const troubles: NearscoreError[] = [];
let connected = 0;

function linkTo(port: number): MemberLink {
  troubles.length = connected = 0;
  return (link = new MemberLink({ uuid: FAKE_MEMBER_UUID, host: '127.0.0.1', port }, OPTIONS, {
    onReadable: (connection) => void connection.dispatch(),
    onConnected: () => connected++,
    onTrouble: (_, error) => troubles.push(error),
  }));
}

/** Delays of the retries so far. */
function retryDelays(timers: jest.SpyInstance): number[] {
  const BOUNDS = { least: 100, most: 2_000 };
  const delays = timers.mock.calls.map(([, delay]) => delay as number);
  return delays.filter((delay) => delay >= BOUNDS.least && delay <= BOUNDS.most);
}

afterEach(async () => {
  link?.close();
  jest.restoreAllMocks();
  await member?.stop();
});

describe('MemberLink', () => {
  it('connects again when the connection is lost', async () => {
    member = await startFakeMember();
    const { member: address } = linkTo(member.port);
    await eventually(() => expect(connected).toBe(1));
    const first = link?.connection;
    member.dropConnections();
    await eventually(() => expect(troubles).toMatchObject([{ code: 'WIRE_CONNECTION_LOST' }]));
    expect(link?.connection).toBeUndefined();
    await eventually(() => expect(connected).toBe(2));
    expect(link?.connection).not.toBe(first);
    expect(address.uuid).toBe(FAKE_MEMBER_UUID);
  });

  it('waits longer from try to try, and short again after it was connected', async () => {
    member = await startFakeMember();
    const { port } = member;
    await member.stop();
    const timers = jest.spyOn(globalThis, 'setTimeout');
    linkTo(port);
    await eventually(() => expect(retryDelays(timers)).toEqual([100, 200, 400]));
    member = await startFakeMember({}, port);
    await eventually(() => expect(connected).toBe(1));
    timers.mockClear();
    member.dropConnections();
    await eventually(() => expect(retryDelays(timers)[0]).toBe(100));
  });

  it('tells why the member refuses, and goes on trying', async () => {
    member = await startFakeMember({ 0x000100: (_, { socket }) => socket.destroy() });
    linkTo(member.port);
    await eventually(() => expect(troubles.length).toBeGreaterThan(1));
    expect(connected).toBe(0);
  });

  it('closes for good', async () => {
    member = await startFakeMember();
    linkTo(member.port);
    await eventually(() => expect(connected).toBe(1));
    link?.close();
    await eventually(() => expect(member.connections[0]?.socket.destroyed).toBe(true));
    expect(troubles).toEqual([]);
    expect(member.connections).toHaveLength(1);
  });

  it('lets go of a connection that comes after it was closed', async () => {
    member = await startFakeMember();
    linkTo(member.port).close();
    await eventually(() => expect(member.connections).toHaveLength(1));
    await eventually(() => expect(member.connections[0]?.socket.destroyed).toBe(true));
    expect({ connected, troubles }).toEqual({ connected: 0, troubles: [] });
  });
});
