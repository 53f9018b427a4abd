import { networkInterfaces } from 'node:os';
import { type GridMember } from '@nearscore/grid';

/** The member beside the node, or why there is none. */
export type OwnMember = { readonly member: GridMember } | { readonly member: undefined; readonly problem: string };

export interface OwnMemberSearch {
  /** NEARSCORE_NODE_MEMBER: host:port or uuid. */
  readonly setting: string | undefined;
  /** NEARSCORE_GRID_MEMBERS: tells members at one address apart when it names just one of them. */
  readonly entryPoints: readonly string[];
  /** Addresses of this machine. */
  readonly localAddresses: ReadonlySet<string>;
}

/** A node works without a member of its own; it just reads from further away. */
export function findOwnMember(members: readonly GridMember[], search: OwnMemberSearch): OwnMember {
  if (search.setting !== undefined) return findNamed(members, search.setting);
  const local = members.filter(({ host }) => search.localAddresses.has(plainHost(host)));
  const [first] = local;
  if (!first) return none('no member of the grid has an address of this machine');
  if (local.length === 1) return { member: first };
  return findEntryPoint(local, search.entryPoints);
}

export function localAddresses(): ReadonlySet<string> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return new Set(['localhost', ...all.map(({ address }) => address)]);
}

function findNamed(members: readonly GridMember[], name: string): OwnMember {
  const wanted = plainAddress(name);
  const member = members.find(({ uuid, host, port }) => uuid === name || plainAddress(`${host}:${port}`) === wanted);
  return member ? { member } : none(`NEARSCORE_NODE_MEMBER=${name} is no member of the grid`);
}

function findEntryPoint(local: readonly GridMember[], entryPoints: readonly string[]): OwnMember {
  const named = new Set(entryPoints.map(plainAddress));
  const [member, another] = local.filter(({ host, port }) => named.has(plainAddress(`${host}:${port}`)));
  if (member && !another) return { member };
  const addresses = local.map(({ host, port }) => `${host}:${port}`).join(', ');
  return none(`several members run on this machine (${addresses}): set NEARSCORE_NODE_MEMBER to one of them`);
}

function none(problem: string): OwnMember {
  return { member: undefined, problem };
}

function plainAddress(address: string): string {
  const colon = address.lastIndexOf(':');
  return `${plainHost(address.slice(0, colon))}:${address.slice(colon + 1)}`;
}

function plainHost(host: string): string {
  const plain = host.replace(/^\[|\]$/g, '').toLowerCase();
  return plain === 'localhost' ? '127.0.0.1' : plain;
}
