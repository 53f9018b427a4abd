import { appCommand, freePort, httpBody } from '@nearscore/local-cluster';
import { logPath } from './log-path';
import { type MemberAddress } from './member';
import { type StageProcesses } from './stage-processes';

/** A gateway of a member's grid; ready when it answers from the grid. */
export async function startGateway(
  processes: StageProcesses,
  { address, clusterName }: MemberAddress,
  name = 'gateway',
): Promise<{ readonly url: string; readonly pid: number }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    NEARSCORE_GRID_MEMBERS: address,
    NEARSCORE_GRID_CLUSTER: clusterName,
    NEARSCORE_GATEWAY_PORT: String(port),
    // No queue is needed here: a port where nobody listens.
    REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
  };
  const spec = appCommand({ name: `bench-${name}`, app: 'gateway', port, env, logPath: logPath(name) });
  const isReady = async (): Promise<boolean> => (await httpBody(`${url}/v1/streams`)) !== undefined;
  const { pid } = await processes.start({ ...spec, isReady });
  return { url, pid };
}
