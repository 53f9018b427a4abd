import { type MemberAddress, type MemberLink } from './member-link';
import { IDLE_LINK_MS, OwnerLinks } from './owner-links';

const MEMBERS: readonly MemberAddress[] = ['a', 'b'].map((uuid) => ({ uuid, host: '127.0.0.1', port: 5701 }));

let now: number;
let opened: string[];
let closed: string[];
let links: OwnerLinks;

const open = (member: MemberAddress): MemberLink => {
  opened.push(member.uuid);
  const close = () => closed.push(member.uuid);
  return { member, connection: { member: member.uuid }, close } as unknown as MemberLink;
};
const ownerOf = (partition: number): string | undefined => links.connectionOf(partition)?.member;

beforeEach(() => {
  now = 1_000_000;
  [opened, closed] = [[], []];
  links = new OwnerLinks(open, () => now);
});

describe('OwnerLinks', () => {
  it('links the owners of what is served at once', () => {
    links.route(MEMBERS, ['a', 'b', 'a'], [0, 2]);
    expect(opened).toEqual(['a']);
    expect([ownerOf(0), ownerOf(2)]).toEqual(['a', 'a']);
    links.route(MEMBERS, ['b', 'b', 'a'], [0, 2]);
    expect([ownerOf(0), ownerOf(2)]).toEqual(['b', 'a']);
    expect({ opened, closed }).toEqual({ opened: ['a', 'b'], closed: [] });
  });

  it('links the owner of another partition when it is asked for', () => {
    links.route(MEMBERS, ['a', 'b', 'b'], [0]);
    expect([ownerOf(1), ownerOf(2), ownerOf(1)]).toEqual(['b', 'b', 'b']);
    expect(opened).toEqual(['a', 'b']);
  });

  it.each([
    ['has no owner', MEMBERS, [undefined]],
    ['has an owner that is no member', MEMBERS, ['c']],
    ['is not in the table', MEMBERS, []],
  ])('has nothing for a partition that %s', (_, members, owners) => {
    links.route(members, owners, [0]);
    expect(ownerOf(0)).toBeUndefined();
    expect(opened).toEqual([]);
  });

  it('keeps the link of what was given up until it was not used for long', () => {
    const owners = ['a', 'b'];
    links.route(MEMBERS, owners, [0, 1]);
    now += 10 * IDLE_LINK_MS;
    links.route(MEMBERS, owners, [0]);
    now += IDLE_LINK_MS - 1;
    expect(ownerOf(1)).toBe('b');
    now += IDLE_LINK_MS - 1;
    links.route(MEMBERS, owners, [0]);
    expect(closed).toEqual([]);
    now += 1;
    links.route(MEMBERS, owners, [0]);
    expect(closed).toEqual(['b']);
    expect(ownerOf(1)).toBe('b');
    expect(opened).toEqual(['a', 'b', 'b']);
  });

  it('forgets that a link was unused once it serves again', () => {
    const serve = (served: number[]) => links.route(MEMBERS, ['a'], served);
    for (const served of [[0], [], [0]]) serve(served);
    now += 2 * IDLE_LINK_MS;
    for (const served of [[0], []]) serve(served);
    expect(closed).toEqual([]);
    now += IDLE_LINK_MS;
    serve([]);
    expect(closed).toEqual(['a']);
  });

  it('closes the link to a member that is gone at once, and opens another when it is back', () => {
    links.route(MEMBERS, ['a', 'b'], [0]);
    ownerOf(1);
    links.route([], ['a', 'b'], [0]);
    expect(closed.sort()).toEqual(['a', 'b']);
    expect([ownerOf(0), ownerOf(1)]).toEqual([undefined, undefined]);
    links.route(MEMBERS, ['a', 'b'], [0]);
    expect(opened).toEqual(['a', 'b', 'a']);
  });

  it('opens nothing once it is closed', () => {
    links.route(MEMBERS, ['a', 'b'], [0]);
    links.close();
    expect([ownerOf(0), ownerOf(1), ...links.all()]).toEqual([undefined, undefined]);
    expect({ opened, closed }).toEqual({ opened: ['a'], closed: ['a'] });
  });
});
