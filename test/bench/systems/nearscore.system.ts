import { deployModel } from './model-deployment';
import { type BenchSystem } from './bench-system';
import { memberSpec } from './member';
import { startNode } from './node';
import { type StageOptions } from './stage-options';
import { type StageProcesses } from './stage-processes';

const STREAM = 'bench';
// The same settings as the record map's, but no deployment: nobody reads its journal.
const INGEST_MAP = 'features.ingest';

/**
 * A member and its node, and plain writing to the same member: both meet the same heap and the same compiled code. The node idles
 * while nobody writes to its stream; what it costs then is no cost of plain writing.
 */
export async function startNearscore(processes: StageProcesses, options: StageOptions): Promise<BenchSystem[]> {
  const { spec, ...member } = await memberSpec('member', options);
  const { pid: memberPid } = await processes.start(spec);
  const { pid: nodePid } = await startNode(processes, member, { nodeFlags: options.nodeFlags });
  await deployModel(member, options.model.name, [STREAM]);
  const maps = { recordMap: `features.${STREAM}`, predictionMap: `predictions.${STREAM}` };
  const grid = { kind: 'grid', ...member } as const;
  const common = { store: memberPid, forms: ['floats', 'compact'] } as const;
  const ingest = { ...grid, recordMap: INGEST_MAP, predictionMap: undefined };
  return [
    { ...common, name: 'ingest-only', processes: { member: memberPid }, target: ingest },
    { ...common, name: 'nearscore', processes: { member: memberPid, node: nodePid }, target: { ...grid, ...maps } },
  ];
}
