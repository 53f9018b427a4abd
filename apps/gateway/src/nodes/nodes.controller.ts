import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer } from '../docs/answers';
import { EXAMPLES } from '../docs/examples';
import { ClusterView, NodesService } from './nodes.service';

@ApiTags('nodes')
@Controller('v1/nodes')
export class NodesController {
  constructor(private readonly nodes: NodesService) {}

  @Get()
  @ApiOperation({ summary: 'Members, nodes, lanes, partitions, and how local the reading is' })
  @Answer(200, '`locality` is the share of records that a node read from the member beside it.', EXAMPLES.cluster)
  list(): Promise<ClusterView> {
    return this.nodes.view();
  }
}
