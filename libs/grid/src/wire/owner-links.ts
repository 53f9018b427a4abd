import { type MemberAddress, type MemberLink } from './member-link';
import { type WireConnection } from './wire-connection';

/** A link that no served partition needs is closed when it was not used for so long. */
export const IDLE_LINK_MS = 30_000;

/**
 * Links to the owners of partitions. Those that own a partition that is served are linked all the time; another one when it is
 * asked for first: a lane that gives a partition up still has to write its release to the new owner.
 */
export class OwnerLinks {
  private members: ReadonlyMap<string, MemberAddress> = new Map();
  private owners: readonly (string | undefined)[] = [];
  private readonly links = new Map<string, MemberLink>();
  /** By served partition, since it is looked up for every message. */
  private served: (MemberLink | undefined)[] = [];
  /** Of members without a served partition: when their link was used last. */
  private readonly usedAt = new Map<string, number>();

  /** @param now any monotonic clock, ms */
  constructor(
    private readonly open: (member: MemberAddress) => MemberLink,
    private readonly now = () => performance.now(),
  ) {}

  /** @param owners member uuids by partition; undefined while it has no known owner */
  route(members: readonly MemberAddress[], owners: readonly (string | undefined)[], served: readonly number[]): void {
    this.members = new Map(members.map((member) => [member.uuid, member]));
    this.owners = owners;
    const needed = new Set(served.map((partition) => owners[partition]));
    this.closeUnneeded(needed);
    this.served = owners.map(() => undefined);
    for (const partition of served) this.served[partition] = this.linkTo(owners[partition]);
  }

  /** The connection to the partition's owner. Undefined: there is none now; if the owner is known, one is being opened. */
  connectionOf(partition: number): WireConnection | undefined {
    const link = this.served[partition] ?? this.borrow(this.owners[partition]);
    return link?.connection;
  }

  all(): Iterable<MemberLink> {
    return this.links.values();
  }

  /** For good: until `route` is called, nothing is opened. */
  close(): void {
    this.route([], [], []);
  }

  private closeUnneeded(needed: ReadonlySet<string | undefined>): void {
    const now = this.now();
    for (const [uuid, link] of this.links) {
      if (needed.has(uuid)) this.usedAt.delete(uuid);
      // What was served until now counts as used: releases are still to be written.
      else if (!this.usedAt.has(uuid)) this.usedAt.set(uuid, now);
      const idleMs = now - (this.usedAt.get(uuid) ?? now);
      if (this.members.has(uuid) && idleMs < IDLE_LINK_MS) continue;
      link.close();
      this.links.delete(uuid);
      this.usedAt.delete(uuid);
    }
  }

  private borrow(uuid: string | undefined): MemberLink | undefined {
    const link = this.linkTo(uuid);
    if (link && uuid !== undefined) this.usedAt.set(uuid, this.now());
    return link;
  }

  private linkTo(uuid: string | undefined): MemberLink | undefined {
    if (uuid === undefined) return undefined;
    const known = this.links.get(uuid);
    const member = this.members.get(uuid);
    if (known || !member) return known;
    const link = this.open(member);
    this.links.set(uuid, link);
    return link;
  }
}
