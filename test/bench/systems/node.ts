import { appCommand, freePort, type ManagedProcess } from '@nearscore/local-cluster';
import { logPath } from './log-path';
import { type MemberAddress } from './member';
import { type StageProcesses } from './stage-processes';

export interface NodeOptions {
  /** Of its log. */
  readonly name?: string;
  readonly nodeFlags?: readonly string[];
  /** host:port of all members, when there are more than its own. */
  readonly gridMembers?: readonly string[];
}

/** A node of one lane beside a member; ready when it is live. */
export async function startNode(
  processes: StageProcesses,
  member: MemberAddress,
  { name = 'node', nodeFlags = [], gridMembers = [member.address] }: NodeOptions,
): Promise<ManagedProcess> {
  const port = await freePort();
  const env = {
    NEARSCORE_GRID_MEMBERS: gridMembers.join(','),
    NEARSCORE_GRID_CLUSTER: member.clusterName,
    NEARSCORE_NODE_MEMBER: member.address,
    NEARSCORE_NODE_PORT: String(port),
    NEARSCORE_LANES: '1',
  };
  const spec = { name: `bench-${name}`, app: 'inference-node', port, env, logPath: logPath(name), nodeFlags } as const;
  return processes.start(appCommand(spec));
}
