import {
  assignPartitions,
  type GridMember,
  type LiveNode,
  type PartitionTable,
  spreadOverLanes,
} from '@nearscore/grid';
import { type LaneAssignment, type LaneMember } from '../lane/lane-messages';

/** The grid as the duty sees it. */
export interface ClusterView {
  readonly partitions: Pick<PartitionTable, 'count' | 'ownerOf'>;
  members(): readonly GridMember[];
}

export interface DutyLanes {
  readonly count: number;
  tellMembers(members: readonly LaneMember[]): void;
  assign(lane: number, assignment: LaneAssignment): void;
}

/** Tells the lanes which partitions are theirs and where all lie, whenever that changes. */
export class PartitionDuty {
  private spread: ReadonlyMap<number, number> = new Map();
  private readonly told = new Map<string, string>();

  constructor(
    private readonly cluster: ClusterView,
    private readonly nodeId: string,
    private readonly lanes: DutyLanes,
  ) {}

  /**
   * @param nodes all that live, this one among them
   * @param ownMember uuid of the member beside this node
   */
  refresh(nodes: readonly LiveNode[], ownMember: string | null): void {
    const owners = Array.from({ length: this.cluster.partitions.count() }, (_, id) =>
      this.cluster.partitions.ownerOf(id),
    );
    this.tellMembers(ownMember);
    // Asked with every heartbeat, and mostly nothing has changed.
    if (!this.isNew('inputs', [owners, nodes.map(({ id, memberUuid }) => [id, memberUuid])])) return;
    const partitions = assignPartitions(owners, nodes, this.nodeId);
    this.spread = spreadOverLanes(partitions, this.lanes.count, this.spread);
    for (let lane = 0; lane < this.lanes.count; lane++) {
      this.tellLane(lane, {
        partitions: partitions.filter((partition) => this.spread.get(partition) === lane),
        owners: owners.map((uuid) => uuid ?? null),
      });
    }
  }

  private tellMembers(ownMember: string | null): void {
    const members = this.cluster
      .members()
      .map(({ uuid, host, port }) => ({ uuid, host, port, own: uuid === ownMember }));
    if (this.isNew('members', members)) this.lanes.tellMembers(members);
  }

  private tellLane(lane: number, assignment: LaneAssignment): void {
    if (this.isNew(`lane ${lane}`, assignment)) this.lanes.assign(lane, assignment);
  }

  private isNew(what: string, value: unknown): boolean {
    const text = JSON.stringify(value);
    if (this.told.get(what) === text) return false;
    this.told.set(what, text);
    return true;
  }
}
