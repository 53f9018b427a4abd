import { type GridMember } from '@nearscore/grid';
import { findOwnMember, localAddresses, type OwnMemberSearch } from './own-member';

const memberAt = (host: string, port: number): GridMember => ({
  uuid: `uuid-${host}-${port}`,
  host,
  port,
  version: '5.7.0',
});
const here = memberAt('10.0.0.7', 5701);
const hereToo = memberAt('10.0.0.7', 5702);
const elsewhere = memberAt('10.0.0.8', 5701);

const search = (given: Partial<OwnMemberSearch> = {}): OwnMemberSearch => ({
  setting: undefined,
  entryPoints: ['10.0.0.8:5701'],
  localAddresses: new Set(['127.0.0.1', '10.0.0.7']),
  ...given,
});

describe('findOwnMember', () => {
  it('is the one at an address of this machine', () => {
    expect(findOwnMember([elsewhere, here], search())).toEqual({ member: here });
  });

  it('is the one that the setting names, by address or uuid, wherever it runs', () => {
    const members = [here, hereToo, elsewhere, memberAt('127.0.0.1', 5703)];
    expect(findOwnMember(members, search({ setting: '10.0.0.7:5702' })).member).toBe(hereToo);
    expect(findOwnMember(members, search({ setting: elsewhere.uuid })).member).toBe(elsewhere);
    expect(findOwnMember(members, search({ setting: 'localhost:5703' })).member).toBe(members[3]);
  });

  it('says so when the setting names none', () => {
    const found = findOwnMember([here], search({ setting: '10.0.0.7:5799' }));
    expect(found).toEqual({
      member: undefined,
      problem: expect.stringContaining('NEARSCORE_NODE_MEMBER=10.0.0.7:5799'),
    });
  });

  it('tells several at one address apart by the entry point, and asks for the setting otherwise', () => {
    const members = [here, hereToo];
    expect(findOwnMember(members, search({ entryPoints: ['10.0.0.7:5702'] })).member).toBe(hereToo);
    const found = findOwnMember(members, search({ entryPoints: ['10.0.0.7:5701', '10.0.0.7:5702'] }));
    expect(found).toMatchObject({ problem: expect.stringMatching(/5701, 10.0.0.7:5702\): set NEARSCORE_NODE_MEMBER/) });
  });

  it('says so when the grid is elsewhere', () => {
    expect(findOwnMember([elsewhere], search())).toMatchObject({ member: undefined });
  });

  it('knows the loopback address of this machine', () => {
    expect(localAddresses()).toContain('127.0.0.1');
  });
});
