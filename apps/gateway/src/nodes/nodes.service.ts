import { type GridConnection } from '../grid/grid-connection';
import { type MemberView, type NodeView, toMemberViews, toNodeView } from './node-view';

export interface ClusterView {
  readonly partitions: number;
  readonly members: readonly MemberView[];
  readonly nodes: readonly NodeView[];
}

/** Who scores what, where. */
export class NodesService {
  constructor(private readonly connection: GridConnection) {}

  async view(): Promise<ClusterView> {
    const { grid, nodes } = this.connection.session();
    const members = toMemberViews(grid.members(), grid.partitions);
    const entries = await nodes.list();
    return {
      partitions: grid.partitions.count(),
      members,
      nodes: entries.map((entry) => toNodeView(entry, members)),
    };
  }
}
