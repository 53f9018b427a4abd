import { freePort } from '@nearscore/local-cluster';
import { type BenchSystem } from './bench-system';
import { memberSpec } from './member';
import { peerWorker } from './peer-worker';
import { type StageOptions } from './stage-options';
import { type StageProcesses } from './stage-processes';

// Without journals: it needs none.
const MAPS = { recordMap: 'bench.remote-records', predictionMap: 'bench.remote-predictions' };

/** A member, a worker that listens to it, and the model server that the worker calls. */
export async function startRemote(processes: StageProcesses, options: StageOptions): Promise<BenchSystem[]> {
  const { model } = options;
  const { spec, ...member } = await memberSpec('remote-member', options);
  const { pid: memberPid } = await processes.start(spec);
  const address = `127.0.0.1:${await freePort()}`;
  const serverMain = 'remote/model-server.main.ts';
  const { pid: server } = await processes.start(peerWorker('remote-server', serverMain, { address, model }));
  const setup = { ...member, ...MAPS, server: address, model };
  const { pid: worker } = await processes.start(peerWorker('remote', 'remote/remote-worker.main.ts', setup));
  const target = { kind: 'grid', ...member, ...MAPS } as const;
  const names = { name: 'remote', processes: { member: memberPid, worker, server }, store: memberPid } as const;
  return [{ ...names, target, forms: ['floats', 'compact'] }];
}
