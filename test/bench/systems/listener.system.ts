import { type BenchSystem } from './bench-system';
import { memberSpec } from './member';
import { peerWorker } from './peer-worker';
import { type StageOptions } from './stage-options';
import { type StageProcesses } from './stage-processes';

// Without journals: it needs none.
const MAPS = { recordMap: 'bench.listener-records', predictionMap: 'bench.listener-predictions' };
const MAX_RATE = 5_000;

export async function startListener(processes: StageProcesses, options: StageOptions): Promise<BenchSystem[]> {
  const { spec, ...member } = await memberSpec('listener-member', options);
  const { pid: memberPid } = await processes.start(spec);
  const setup = { ...member, ...MAPS, model: options.model };
  const { pid: worker } = await processes.start(peerWorker('listener', 'listener/listener.main.ts', setup));
  const target = { kind: 'grid', ...member, ...MAPS } as const;
  const names = { name: 'listener', processes: { member: memberPid, worker }, store: memberPid } as const;
  return [{ ...names, target, forms: ['floats', 'compact'], maxRate: MAX_RATE }];
}
