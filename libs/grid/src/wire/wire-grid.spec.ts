import { type NearscoreError } from '@nearscore/errors';
import { eventually, type FakeMember, startFakeMember, wireReply } from '@nearscore/testkit';
import { type PartitionListener } from '../journal/partition-channel';
import { type MemberAddress } from './member-link';
import { WIRE_DEFAULTS } from './wire-connection';
import { WireGrid } from './wire-grid';

const STREAM = { name: 'fraud', recordMap: 'features.fraud', predictionMap: 'predictions.fraud' };
const READ = 0x014200;
const GET = 0x010200;

/** Takes nothing but failures and subscriptions. */
class Listener implements PartitionListener {
  readonly failed: string[] = [];
  readonly readings: number[] = [];
  onSubscribed = jest.fn();
  onAck = jest.fn();
  event = jest.fn();
  end = jest.fn();
  onPage = jest.fn(() => true);
  onFound = jest.fn(() => true);

  begin(_count: number, nextSequence: number): boolean {
    this.readings.push(nextSequence);
    return true;
  }

  onFailed(operation: string, error: NearscoreError): void {
    this.failed.push(`${operation} ${error.code}`);
  }
}

let members: FakeMember[];
let grid: WireGrid;
let connected: string[];

const addresses = (): MemberAddress[] =>
  members.map(({ host, port }, index) => ({ uuid: `member-${index}`, host, port }));
const open = (member: number): number =>
  members[member]?.connections.filter(({ socket }) => !socket.destroyed).length ?? 0;

beforeEach(async () => {
  members = [await startFakeMember(), await startFakeMember()];
  connected = [];
  grid = new WireGrid(
    { ...WIRE_DEFAULTS, clusterName: 'fake', clientName: 'test' },
    { onDelivered: () => false, onConnected: ({ uuid }) => connected.push(uuid) },
  );
});

afterEach(async () => {
  grid.close();
  await Promise.all(members.map((member) => member.stop()));
});

describe('routes', () => {
  it('has a connection to each member that owns something served, and to no other', async () => {
    grid.route(addresses(), ['member-0', 'member-1', 'member-0'], [0, 2]);
    await eventually(() => expect(connected).toEqual(['member-0']));
    expect([members[0]?.connections, members[1]?.connections].map((all) => all?.length)).toEqual([1, 0]);
    grid.route(addresses(), ['member-0', 'member-1', undefined], [0, 1, 2]);
    await eventually(() => expect(connected).toEqual(['member-0', 'member-1']));
    expect([open(0), open(1)]).toEqual([1, 1]);
    grid.close();
    await eventually(() => expect([open(0), open(1)]).toEqual([0, 0]));
  });

  it('waits for an owner whose address is not known yet', async () => {
    grid.route([], ['member-0'], [0]);
    grid.route(addresses(), ['member-0'], [0]);
    await eventually(() => expect(connected).toEqual(['member-0']));
  });

  it('connects to the owner of another partition when something is asked of it', async () => {
    grid.route(addresses(), ['member-0', 'member-1'], [0]);
    const errors: (string | undefined)[] = [];
    grid.loadEntry(1, (error) => errors.push(error?.code));
    expect(errors).toEqual([]);
    await eventually(() => expect(connected.sort()).toEqual(['member-0', 'member-1']));
    expect(errors).toEqual(['WIRE_CONNECTION_LOST']);
    grid.loadEntry(1, (error) => errors.push(error?.code));
    grid.flush();
    const asked = () => members[1]?.connections[0]?.requests.filter(({ type }) => type === GET);
    await eventually(() => expect(asked()).toMatchObject([{ partition: 1 }]));
    expect([open(0), open(1)]).toEqual([1, 1]);
  });

  it('ends the connection to a member that is gone', async () => {
    grid.route(addresses(), ['member-0', 'member-1'], [0, 1]);
    await eventually(() => expect(connected).toHaveLength(2));
    grid.route(addresses().slice(1), ['member-0', 'member-1'], [0, 1]);
    await eventually(() => expect([open(0), open(1)]).toEqual([0, 1]));
  });
});

describe('without a connection', () => {
  it('everything fails, but never inside of the call', async () => {
    const listener = new Listener();
    const channel = grid.openChannel(STREAM, 3, listener);
    const entry: string[] = [];
    const failed = (operation: string) => (error: NearscoreError | undefined, value: unknown) =>
      void entry.push(`${operation} ${error?.code} ${String(value)}`);
    channel.subscribe();
    channel.read(0, 1);
    channel.scan('records', undefined, 1);
    channel.lookUp('predictions', Buffer.alloc(0), []);
    expect(channel.removePredictions(Buffer.alloc(0), [])).toBe(1);
    grid.loadEntry(3, failed('load'));
    grid.createEntry(3, Buffer.alloc(0), failed('create'));
    grid.replaceEntry(3, Buffer.alloc(0), Buffer.alloc(0), failed('replace'));
    expect([...listener.failed, ...entry]).toEqual([]);
    await Promise.resolve();
    expect(listener.failed).toEqual(
      ['subscribe', 'read', 'scan', 'look-up', 'store'].map((operation) => `${operation} WIRE_CONNECTION_LOST`),
    );
    expect(entry).toEqual([
      'load WIRE_CONNECTION_LOST null',
      'create WIRE_CONNECTION_LOST false',
      'replace WIRE_CONNECTION_LOST false',
    ]);
    await expect(grid.fetchSchema(1n)).rejects.toMatchObject({ code: 'WIRE_CONNECTION_LOST' });
  });
});

describe('a channel', () => {
  /** An answer without events, whose next sequence tells which reading it belongs to. */
  const emptyReading = (correlation: number, next: number): Buffer => {
    const fields = Buffer.alloc(12);
    fields.writeBigInt64LE(BigInt(next), 4);
    const [BEGIN, END, NULL] = [0x1000, 0x0800, 0x0400];
    return wireReply(READ + 1, correlation, fields, [{ flags: BEGIN }, { flags: END }, { flags: NULL }]);
  };

  async function reading(times: number) {
    grid.route(addresses(), ['member-0'], [0]);
    await eventually(() => expect(connected).toHaveLength(1));
    const listener = new Listener();
    const channel = grid.openChannel(STREAM, 0, listener);
    for (let n = 0; n < times; n++) channel.read(n, 10);
    grid.flush();
    const far = members[0]?.connections[0];
    const asked = () => far?.requests.filter(({ type }) => type === READ) ?? [];
    await eventually(() => expect(asked()).toHaveLength(times));
    return {
      listener,
      channel,
      answer: () => asked().forEach(({ correlation }, n) => far?.send(emptyReading(correlation, n))),
    };
  }

  it('takes the answer to its newest reading alone', async () => {
    const { listener, answer } = await reading(2);
    answer();
    await eventually(() => expect(listener.readings).toEqual([1]));
    expect(listener.failed).toEqual([]);
  });

  it('hears nothing any more once it is closed', async () => {
    const { listener, channel, answer } = await reading(1);
    channel.subscribe();
    channel.close();
    answer();
    grid.close();
    await eventually(() => expect(open(0)).toBe(0));
    expect([...listener.readings, ...listener.failed]).toEqual([]);
  });
});
