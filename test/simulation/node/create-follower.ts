import { type FollowerPorts, JournalFollower, type JournalFollowerOptions } from '@nearscore/grid';

export function productionFollower(ports: FollowerPorts, options: JournalFollowerOptions): JournalFollower {
  return new JournalFollower(ports, options);
}

/** How a lane gets its follower: as production has it, or as a mutant. */
export type CreateFollower = typeof productionFollower;
