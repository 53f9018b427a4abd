import { type GridConnection } from '../grid/grid-connection';
import { type ClusterWatch, partitionsWithoutLease } from './cluster-watch';
import { type MemberView, type NodeView, toMemberViews, toNodeView } from './node-view';

export interface ClusterView {
  readonly partitions: number;
  /** Partitions that no living node may score now: nobody does. */
  readonly partitionsWithoutLease: number;
  readonly members: readonly MemberView[];
  readonly nodes: readonly NodeView[];
}

/** Who scores what, where. */
export class NodesService {
  constructor(
    private readonly connection: GridConnection,
    private readonly watch: Pick<ClusterWatch, 'look'>,
  ) {}

  async view(): Promise<ClusterView> {
    const { grid } = this.connection.session();
    const members = toMemberViews(grid.members(), grid.partitions);
    const seen = await this.watch.look();
    const partitions = grid.partitions.count();
    return {
      partitions,
      partitionsWithoutLease: partitionsWithoutLease(seen, partitions),
      members,
      nodes: seen.map((node) => toNodeView(node, members)),
    };
  }
}
